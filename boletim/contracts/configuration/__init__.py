"""The run's configuration: one YAML file, every value checked before anything starts."""

from boletim.contracts.configuration.audit import AuditConfig
from boletim.contracts.configuration.card import CardConfig, LanguageCode
from boletim.contracts.configuration.data import CleanConfig, DataConfig, GroupColumn, Share, SplitConfig
from boletim.contracts.configuration.finished import check_subject, with_predictions_as_data, without_search
from boletim.contracts.configuration.gates import BarConfig, GateConfig
from boletim.contracts.configuration.mitigations import Mitigations
from boletim.contracts.configuration.probes import ProbesConfig
from boletim.contracts.configuration.quantities import Bytes, Duration
from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.configuration.refits import SampleSizes
from boletim.contracts.configuration.run import RunConfig
from boletim.contracts.configuration.search_space import SearchSpace
from boletim.contracts.configuration.tuning import CandidateConfig, Confirm, EarlyStopping, TuningConfig

__all__ = [
    "AuditConfig",
    "BarConfig",
    "Bytes",
    "CandidateConfig",
    "CardConfig",
    "CleanConfig",
    "Confirm",
    "DataConfig",
    "Duration",
    "EarlyStopping",
    "GateConfig",
    "GroupColumn",
    "LanguageCode",
    "Mitigations",
    "ProbesConfig",
    "ReadConfig",
    "RunConfig",
    "SampleSizes",
    "SearchSpace",
    "Share",
    "SplitConfig",
    "TuningConfig",
    "check_subject",
    "with_predictions_as_data",
    "without_search",
]
