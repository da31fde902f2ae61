"""Find texts that are the same, or nearly: word 5-shingles, MinHash, and the exact Jaccard similarity to confirm."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

_WORD = re.compile(r"\w+")
_SHINGLE = 5
_MIN_WORDS = 10
_SIMILARITY = 0.9
_N_HASHES, _BAND_ROWS = 64, 8
_PRIME = (1 << 61) - 1


def normalised(text: str) -> str:
    """Words in lower case, without punctuation: the text's identity for exact duplicates."""
    return " ".join(_WORD.findall(text.casefold())) or text


def first_copies(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """For each text the place of its first copy.

    Args:
        texts: In order of precedence: of two copies the earlier is the original.

    Returns:
        `exact` and `near`, each (n,) int64: the place of the earliest text with the same words, and of the earliest
        text whose word 5-shingles have a Jaccard similarity of 0.9 or more; a text's own place when there is none.
        Texts under ten words have no near copies.

    References:
        Broder (1997), On the resemblance and containment of documents.
    """
    keys = [normalised(text) for text in texts]
    seen: dict[str, int] = {}
    exact = np.asarray([seen.setdefault(key, place) for place, key in enumerate(keys)], dtype=np.int64)
    near = exact.copy()
    shingles = {
        p: _shingles(keys[p]) for p in range(len(keys)) if exact[p] == p and keys[p].count(" ") >= _MIN_WORDS - 1
    }
    buckets: dict[bytes, list[int]] = {}
    for place, own in shingles.items():
        signature = _signature(own)
        rivals: set[int] = set()
        bands = [
            bytes([b]) + signature[b * _BAND_ROWS : (b + 1) * _BAND_ROWS].tobytes()
            for b in range(_N_HASHES // _BAND_ROWS)
        ]
        for band in bands:
            rivals.update(buckets.get(band, ()))
        match = next((rival for rival in sorted(rivals) if _jaccard(own, shingles[rival]) >= _SIMILARITY), None)
        if match is not None:
            near[place] = match
            continue
        for band in bands:
            buckets.setdefault(band, []).append(place)
    near = near[exact]
    return exact, near


def _shingles(key: str) -> np.ndarray:
    words = key.split(" ")
    codes = [zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)]
    return np.unique(np.asarray(codes, dtype=np.uint64))


def _hash_family() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(20_231)  # fixed: the same texts give the same pairs everywhere
    return rng.integers(1, 1 << 31, _N_HASHES, dtype=np.uint64) * 2 + 1, rng.integers(
        0, 1 << 32, _N_HASHES, dtype=np.uint64
    )


_A, _B = _hash_family()


def _signature(shingles: np.ndarray) -> np.ndarray:
    mixed = (shingles[:, None] * _A + _B) * np.uint64(0x9E3779B97F4A7C15)
    lowest: np.ndarray = (mixed >> np.uint64(32)).min(axis=0).astype(np.uint32)
    return lowest


def _jaccard(a: np.ndarray, b: np.ndarray) -> float:
    n_both = len(np.intersect1d(a, b, assume_unique=True))
    return n_both / (len(a) + len(b) - n_both)
