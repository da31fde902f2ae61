# Boletim with everything that training needs, from the locked versions.
#
#   docker build -t boletim .
#   docker run --rm -v "$PWD:/work" boletim run boletim.yaml
#   docker run --rm --gpus all -v "$PWD:/work" boletim run boletim.yaml     # the lock's torch is the build with CUDA on x86
FROM python:3.13-slim-bookworm AS made
WORKDIR /src
RUN python -m venv /opt/boletim
COPY requirements*.lock ./
RUN --mount=type=cache,target=/root/.cache/pip /opt/boletim/bin/pip install -q --no-deps --require-hashes --only-binary :all: \
    -r requirements.lock -r requirements-torch.lock -r requirements-cuda.lock
COPY . .
# a wheel, so that the image holds no links into a source folder
RUN /opt/boletim/bin/python -m build -q --wheel --no-isolation --outdir /tmp/wheel . && /opt/boletim/bin/pip install -q --no-deps /tmp/wheel/*.whl

FROM python:3.13-slim-bookworm
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libglib2.0-0 libfontconfig1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 boletim
COPY --from=made /opt/boletim /opt/boletim
ENV PATH=/opt/boletim/bin:$PATH TOKENIZERS_PARALLELISM=false
USER boletim
WORKDIR /work
ENTRYPOINT ["boletim"]
CMD ["--help"]
