"""Which feature of pyradiomics is which of ours, and what turns its definition into IBSI's.

All 107 features that pyradiomics calculates on an unfiltered image are listed here. Names of ours are without
the aggregation (``glcm_contrast`` for ``glcm_contrast_3d_avg``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Convert = Callable[[float, int], float]

TEXTURES = ("glcm", "glrlm", "glszm", "gldm", "ngtdm")
DIRECTIONAL = ("glcm", "glrlm")


class Divergence(StrEnum):
    """Kinds of region in which pyradiomics measures something else than IBSI defines, and what."""

    OPEN_SURFACE = "pyradiomics' surface is open where voxels touch along an edge only, IBSI's is closed"
    NO_PAIRS = "pyradiomics leaves out directions in which no two voxels touch, IBSI counts their runs"
    ONE_LEVEL = "pyradiomics has a value for directions whose pairs are of one grey level, IBSI has none"
    ISOLATED = "pyradiomics counts voxels without neighbours, IBSI leaves them out"


@dataclass(frozen=True)
class Match:
    """One feature of pyradiomics.

    :param theirs: class and name as pyradiomics writes them, without ``original_``
    :param ours: our name without aggregation; None when IBSI has no such feature
    :param note: why there is none, or what is done to their value
    :param convert: their value and the region's voxels to the value as IBSI defines it
    :param stand_in: what pyradiomics writes where IBSI's formula divides zero by zero and ours is NULL
    :param divergence: kind of region in which the two definitions diverge
    """

    theirs: str
    ours: str | None
    note: str = ""
    convert: Convert | None = None
    stand_in: float | None = None
    divergence: Divergence | None = None

    @property
    def family(self) -> str:
        """Class in pyradiomics, for example ``gldm``."""
        return self.theirs.partition("_")[0]

    def column(self, aggregation: str) -> str | None:
        """Our column for ``3d_avg`` or ``25d_avg``."""
        if self.ours is None or self.family not in TEXTURES:
            return self.ours
        return (
            f"{self.ours}_{aggregation if self.family in DIRECTIONAL else aggregation.removesuffix('_avg')}"
        )


def _unbiased(length: float, voxels: int) -> float:
    """Turn an axis from the covariance divided by N into one of the covariance divided by N - 1."""
    return length * math.sqrt(voxels / (voxels - 1))


_AXIS = "their covariance is divided by N, ours by N - 1"
_IN_PLANE = "IBSI has a largest diameter in space only"


def _axis(theirs: str, ours: str) -> Match:
    return Match(f"shape_{theirs}AxisLength", f"shape_{ours}_axis_length", _AXIS, _unbiased)


def _same(family: str, ours: str, names: dict[str, str], divergence: Divergence | None = None) -> list[Match]:
    return [
        Match(f"{family}_{theirs}", f"{ours}_{name}", divergence=divergence) for theirs, name in names.items()
    ]


SHAPE = [
    *_same(
        "shape",
        "shape",
        {
            "Elongation": "elongation",
            "Flatness": "flatness",
            "Maximum3DDiameter": "max_diameter_3d",
            "VoxelVolume": "volume_voxel",
        },
    ),
    Match("shape_MeshVolume", "shape_volume_mesh", divergence=Divergence.OPEN_SURFACE),
    Match("shape_SurfaceArea", "shape_surface_area", divergence=Divergence.OPEN_SURFACE),
    Match("shape_SurfaceVolumeRatio", "shape_surface_volume_ratio", divergence=Divergence.OPEN_SURFACE),
    Match("shape_Sphericity", "shape_sphericity", divergence=Divergence.OPEN_SURFACE),
    _axis("Major", "major"),
    _axis("Minor", "minor"),
    _axis("Least", "least"),
    Match("shape_Maximum2DDiameterSlice", None, _IN_PLANE),
    Match("shape_Maximum2DDiameterColumn", None, _IN_PLANE),
    Match("shape_Maximum2DDiameterRow", None, _IN_PLANE),
]

FIRST_ORDER = [
    *_same(
        "firstorder",
        "firstorder",
        {
            "10Percentile": "p10",
            "90Percentile": "p90",
            "Energy": "energy",
            "InterquartileRange": "iqr",
            "Maximum": "maximum",
            "Mean": "mean",
            "MeanAbsoluteDeviation": "mad",
            "Median": "median",
            "Minimum": "minimum",
            "Range": "range",
            "RobustMeanAbsoluteDeviation": "rmad",
            "RootMeanSquared": "rms",
            "Variance": "variance",
        },
    ),
    Match("firstorder_Skewness", "firstorder_skewness", stand_in=0),
    Match(
        "firstorder_Kurtosis",
        "firstorder_kurtosis",
        "their kurtosis minus 3, as IBSI defines it",
        lambda value, _: value - 3,
        stand_in=0,
    ),
    Match("firstorder_Entropy", "ih_entropy"),
    Match("firstorder_Uniformity", "ih_uniformity"),
    Match("firstorder_TotalEnergy", None, "energy times the volume of a voxel, which IBSI does not define"),
]

GLCM = [
    *_same(
        "glcm",
        "glcm",
        {
            "Autocorrelation": "autocorrelation",
            "ClusterProminence": "cluster_prominence",
            "ClusterShade": "cluster_shade",
            "ClusterTendency": "cluster_tendency",
            "Contrast": "contrast",
            "DifferenceAverage": "difference_average",
            "DifferenceEntropy": "difference_entropy",
            "DifferenceVariance": "difference_variance",
            "Id": "inverse_difference",
            "Idm": "inverse_difference_moment",
            "Idmn": "normalised_inverse_difference_moment",
            "Idn": "normalised_inverse_difference",
            "Imc2": "second_measure_of_information_correlation",
            "InverseVariance": "inverse_variance",
            "JointAverage": "joint_average",
            "JointEnergy": "angular_second_moment",
            "JointEntropy": "joint_entropy",
            "MaximumProbability": "joint_maximum",
            "SumAverage": "sum_average",
            "SumEntropy": "sum_entropy",
            "SumSquares": "joint_variance",
        },
    ),
    Match("glcm_Correlation", "glcm_correlation", stand_in=1, divergence=Divergence.ONE_LEVEL),
    Match(
        "glcm_Imc1",
        "glcm_first_measure_of_information_correlation",
        stand_in=0,
        divergence=Divergence.ONE_LEVEL,
    ),
    Match("glcm_MCC", None, "the maximal correlation coefficient is not in IBSI's manual"),
]

GLRLM = _same(
    "glrlm",
    "glrlm",
    {
        "GrayLevelNonUniformity": "grey_level_non_uniformity",
        "GrayLevelNonUniformityNormalized": "normalised_grey_level_non_uniformity",
        "GrayLevelVariance": "grey_level_variance",
        "HighGrayLevelRunEmphasis": "high_grey_level_run_emphasis",
        "LongRunEmphasis": "long_runs_emphasis",
        "LongRunHighGrayLevelEmphasis": "long_run_high_grey_level_emphasis",
        "LongRunLowGrayLevelEmphasis": "long_run_low_grey_level_emphasis",
        "LowGrayLevelRunEmphasis": "low_grey_level_run_emphasis",
        "RunEntropy": "run_entropy",
        "RunLengthNonUniformity": "run_length_non_uniformity",
        "RunLengthNonUniformityNormalized": "normalised_run_length_non_uniformity",
        "RunPercentage": "run_percentage",
        "RunVariance": "run_length_variance",
        "ShortRunEmphasis": "short_runs_emphasis",
        "ShortRunHighGrayLevelEmphasis": "short_run_high_grey_level_emphasis",
        "ShortRunLowGrayLevelEmphasis": "short_run_low_grey_level_emphasis",
    },
    Divergence.NO_PAIRS,
)

GLSZM = _same(
    "glszm",
    "glszm",
    {
        "GrayLevelNonUniformity": "grey_level_non_uniformity",
        "GrayLevelNonUniformityNormalized": "normalised_grey_level_non_uniformity",
        "GrayLevelVariance": "grey_level_variance",
        "HighGrayLevelZoneEmphasis": "high_grey_level_zone_emphasis",
        "LargeAreaEmphasis": "large_zone_emphasis",
        "LargeAreaHighGrayLevelEmphasis": "large_zone_high_grey_level_emphasis",
        "LargeAreaLowGrayLevelEmphasis": "large_zone_low_grey_level_emphasis",
        "LowGrayLevelZoneEmphasis": "low_grey_level_zone_emphasis",
        "SizeZoneNonUniformity": "zone_size_non_uniformity",
        "SizeZoneNonUniformityNormalized": "normalised_zone_size_non_uniformity",
        "SmallAreaEmphasis": "small_zone_emphasis",
        "SmallAreaHighGrayLevelEmphasis": "small_zone_high_grey_level_emphasis",
        "SmallAreaLowGrayLevelEmphasis": "small_zone_low_grey_level_emphasis",
        "ZoneEntropy": "zone_size_entropy",
        "ZonePercentage": "zone_percentage",
        "ZoneVariance": "zone_size_variance",
    },
)

# pyradiomics calls the matrix of dependence counts GLDM; with its own settings (a difference of 0, a distance
# of 1) it is IBSI's NGLDM
GLDM = _same(
    "gldm",
    "ngldm",
    {
        "DependenceEntropy": "dependence_count_entropy",
        "DependenceNonUniformity": "dependence_count_non_uniformity",
        "DependenceNonUniformityNormalized": "normalised_dependence_count_non_uniformity",
        "DependenceVariance": "dependence_count_variance",
        "GrayLevelNonUniformity": "grey_level_non_uniformity",
        "GrayLevelVariance": "grey_level_variance",
        "HighGrayLevelEmphasis": "high_grey_level_count_emphasis",
        "LargeDependenceEmphasis": "high_dependence_emphasis",
        "LargeDependenceHighGrayLevelEmphasis": "high_dependence_high_grey_level_emphasis",
        "LargeDependenceLowGrayLevelEmphasis": "high_dependence_low_grey_level_emphasis",
        "LowGrayLevelEmphasis": "low_grey_level_count_emphasis",
        "SmallDependenceEmphasis": "low_dependence_emphasis",
        "SmallDependenceHighGrayLevelEmphasis": "low_dependence_high_grey_level_emphasis",
        "SmallDependenceLowGrayLevelEmphasis": "low_dependence_low_grey_level_emphasis",
    },
)


def _ngtdm(name: str, stand_in: float) -> Match:
    return Match(f"ngtdm_{name}", f"ngtdm_{name.lower()}", stand_in=stand_in, divergence=Divergence.ISOLATED)


NGTDM = [
    _ngtdm("Busyness", 0),
    _ngtdm("Coarseness", 1e6),
    _ngtdm("Complexity", 0),
    _ngtdm("Contrast", 0),
    _ngtdm("Strength", 0),
]

MATCHES: tuple[Match, ...] = (*SHAPE, *FIRST_ORDER, *GLCM, *GLRLM, *GLSZM, *GLDM, *NGTDM)

# what pyradiomics lacks, so that the list is complete both ways: a class, or features of a class
_DENSITY = "pyradiomics compares the region with no other solid"
_SPHERE = "pyradiomics gives its sphericity only, of which this is a function"
ALONE: dict[str, str] = {
    "local": "pyradiomics has no local intensity",
    "ivh": "pyradiomics has no intensity-volume histogram",
    "gldzm": "pyradiomics has no distance zone matrix",
    "ih": "pyradiomics gives entropy and uniformity of the histogram only",
    "shape_compactness_1": _SPHERE,
    "shape_compactness_2": _SPHERE,
    "shape_spherical_disproportion": _SPHERE,
    "shape_asphericity": _SPHERE,
    "shape_centre_of_mass_shift": "pyradiomics has no shift of the centre of mass",
    "shape_volume_density_aabb": _DENSITY,
    "shape_area_density_aabb": _DENSITY,
    "shape_volume_density_aee": _DENSITY,
    "shape_area_density_aee": _DENSITY,
    "shape_volume_density_convex_hull": _DENSITY,
    "shape_area_density_convex_hull": _DENSITY,
    "shape_integrated_intensity": "pyradiomics has no integrated intensity",
    "shape_morans_i": "pyradiomics has no autocorrelation in space",
    "shape_gearys_c": "pyradiomics has no autocorrelation in space",
    "firstorder_medad": "pyradiomics has deviations from the mean only",
    "firstorder_cov": "pyradiomics has no coefficient of variation",
    "firstorder_qcod": "pyradiomics has no quartile coefficient of dispersion",
    "glcm_dissimilarity": "the same as its difference average, so pyradiomics dropped it",
    "glcm_sum_variance": "the same as its cluster tendency, so pyradiomics dropped it",
    "ngldm_normalised_grey_level_non_uniformity": "the same as its uniformity, so pyradiomics dropped it",
    "ngldm_dependence_count_percentage": "1 in every region, so pyradiomics dropped it",
    "ngldm_dependence_count_energy": "pyradiomics has no energy of dependence counts",
}


def why_alone(ours: str) -> str | None:
    """Return why pyradiomics lacks our feature (named without aggregation); None when it has it."""
    if any(match.ours == ours for match in MATCHES):
        return None
    return ALONE.get(ours) or ALONE.get(ours.partition("_")[0])
