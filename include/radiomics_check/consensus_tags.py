"""Which column is which tag of IBSI's consensus table for the digital phantom.

A tag is the class' prefix, a short name and the aggregation: ``cm_joint_max_3D_comb`` is our
``glcm_joint_maximum_3d_mrg``. What is regular is derived, the short names are listed here.
"""

from __future__ import annotations

from collections.abc import Mapping

PREFIXES = {
    "shape": "morph",
    "local": "loc",
    "firstorder": "stat",
    "ih": "ih",
    "ivh": "ivh",
    "glcm": "cm",
    "glrlm": "rlm",
    "glszm": "szm",
    "gldzm": "dzm",
    "ngtdm": "ngt",
    "ngldm": "ngl",
}
DIRECTIONAL = {
    "2d_avg": "2D_avg",
    "2d_mrg": "2D_comb",
    "25d_avg": "2_5D_avg",
    "25d_mrg": "2_5D_comb",
    "3d_avg": "3D_avg",
    "3d_mrg": "3D_comb",
}
UNDIRECTED = {"2d": "2D", "25d": "2_5D", "3d": "3D"}
AGGREGATIONS: Mapping[str, Mapping[str, str]] = {
    "glcm": DIRECTIONAL,
    "glrlm": DIRECTIONAL,
    "glszm": UNDIRECTED,
    "gldzm": UNDIRECTED,
    "ngtdm": UNDIRECTED,
    "ngldm": UNDIRECTED,
}

_STATISTICS = {
    "mean": "mean",
    "variance": "var",
    "skewness": "skew",
    "kurtosis": "kurt",
    "median": "median",
    "minimum": "min",
    "p10": "p10",
    "p90": "p90",
    "maximum": "max",
    "iqr": "iqr",
    "range": "range",
    "mad": "mad",
    "rmad": "rmad",
    "medad": "medad",
    "cov": "cov",
    "qcod": "qcod",
}


def _matrix(counted: str, tag: str, ends: Mapping[str, str]) -> dict[str, str]:
    """Return the features that all matrices of a grey level and a size share, but for their entropy.

    :param counted: what a column of the matrix counts, as in ``zone_size_variance``
    :param tag: the same in a tag, as in ``zs_var``
    :param ends: its small and its large end, with their tags
    """
    emphases = {
        f"{end}_{level}_grey_level_emphasis": f"{short}{level[0]}ge"
        for end, short in ends.items()
        for level in ("low", "high")
    }
    return emphases | {
        "grey_level_non_uniformity": "glnu",
        "normalised_grey_level_non_uniformity": "glnu_norm",
        f"{counted}_non_uniformity": f"{tag}nu",
        f"normalised_{counted}_non_uniformity": f"{tag}nu_norm",
        "grey_level_variance": "gl_var",
        f"{counted}_variance": f"{tag}_var",
    }


SHORT_NAMES: Mapping[str, Mapping[str, str]] = {
    "shape": {
        "volume_mesh": "volume",
        "volume_voxel": "vol_approx",
        "surface_area": "area_mesh",
        "surface_volume_ratio": "av",
        "compactness_1": "comp_1",
        "compactness_2": "comp_2",
        "spherical_disproportion": "sph_dispr",
        "sphericity": "sphericity",
        "asphericity": "asphericity",
        "centre_of_mass_shift": "com",
        "max_diameter_3d": "diam",
        "major_axis_length": "pca_maj_axis",
        "minor_axis_length": "pca_min_axis",
        "least_axis_length": "pca_least_axis",
        "elongation": "pca_elongation",
        "flatness": "pca_flatness",
        "volume_density_aabb": "vol_dens_aabb",
        "area_density_aabb": "area_dens_aabb",
        "volume_density_aee": "vol_dens_aee",
        "area_density_aee": "area_dens_aee",
        "volume_density_convex_hull": "vol_dens_conv_hull",
        "area_density_convex_hull": "area_dens_conv_hull",
        "integrated_intensity": "integ_int",
        "morans_i": "moran_i",
        "gearys_c": "geary_c",
    },
    "local": {"local_peak": "peak_loc", "global_peak": "peak_glob"},
    "firstorder": {**_STATISTICS, "energy": "energy", "rms": "rms"},
    "ih": {
        **_STATISTICS,
        "mode": "mode",
        "entropy": "entropy",
        "uniformity": "uniformity",
        "maximum_gradient": "max_grad",
        "maximum_gradient_level": "max_grad_g",
        "minimum_gradient": "min_grad",
        "minimum_gradient_level": "min_grad_g",
    },
    "ivh": {
        "volume_fraction_at_10_intensity": "v10",
        "volume_fraction_at_90_intensity": "v90",
        "intensity_at_10_volume": "i10",
        "intensity_at_90_volume": "i90",
        "volume_fraction_difference_10_90": "diff_v10_v90",
        "intensity_difference_10_90": "diff_i10_i90",
    },
    "glcm": {
        "joint_maximum": "joint_max",
        "joint_average": "joint_avg",
        "joint_variance": "joint_var",
        "joint_entropy": "joint_entr",
        "difference_average": "diff_avg",
        "difference_variance": "diff_var",
        "difference_entropy": "diff_entr",
        "sum_average": "sum_avg",
        "sum_variance": "sum_var",
        "sum_entropy": "sum_entr",
        "angular_second_moment": "energy",
        "contrast": "contrast",
        "dissimilarity": "dissimilarity",
        "inverse_difference": "inv_diff",
        "normalised_inverse_difference": "inv_diff_norm",
        "inverse_difference_moment": "inv_diff_mom",
        "normalised_inverse_difference_moment": "inv_diff_mom_norm",
        "inverse_variance": "inv_var",
        "correlation": "corr",
        "autocorrelation": "auto_corr",
        "cluster_tendency": "clust_tend",
        "cluster_shade": "clust_shade",
        "cluster_prominence": "clust_prom",
        "first_measure_of_information_correlation": "info_corr1",
        "second_measure_of_information_correlation": "info_corr2",
    },
    "glrlm": {
        **_matrix("run_length", "rl", {"short_run": "sr", "long_run": "lr"}),
        "short_runs_emphasis": "sre",
        "long_runs_emphasis": "lre",
        "low_grey_level_run_emphasis": "lgre",
        "high_grey_level_run_emphasis": "hgre",
        "run_percentage": "r_perc",
        "run_entropy": "rl_entr",
    },
    "glszm": {
        **_matrix("zone_size", "zs", {"small_zone": "sz", "large_zone": "lz"}),
        "small_zone_emphasis": "sze",
        "large_zone_emphasis": "lze",
        "low_grey_level_zone_emphasis": "lgze",
        "high_grey_level_zone_emphasis": "hgze",
        "zone_percentage": "z_perc",
        "zone_size_entropy": "zs_entr",
    },
    "gldzm": {
        **_matrix("zone_distance", "zd", {"small_distance": "sd", "large_distance": "ld"}),
        "small_distance_emphasis": "sde",
        "large_distance_emphasis": "lde",
        "low_grey_level_zone_emphasis": "lgze",
        "high_grey_level_zone_emphasis": "hgze",
        "zone_percentage": "z_perc",
        "zone_distance_entropy": "zd_entr",
    },
    "ngtdm": {name: name for name in ("coarseness", "contrast", "busyness", "complexity", "strength")},
    "ngldm": {
        **_matrix("dependence_count", "dc", {"low_dependence": "ld", "high_dependence": "hd"}),
        "low_dependence_emphasis": "lde",
        "high_dependence_emphasis": "hde",
        "low_grey_level_count_emphasis": "lgce",
        "high_grey_level_count_emphasis": "hgce",
        "dependence_count_percentage": "dc_perc",
        "dependence_count_entropy": "dc_entr",
        "dependence_count_energy": "dc_energy",
    },
}


def tags() -> dict[str, str]:
    """Return the consensus tag of every column that has one, in the order of the classes."""
    found = {}
    for family, names in SHORT_NAMES.items():
        for ours, theirs in AGGREGATIONS.get(family, {"": ""}).items():
            for name, short in names.items():
                column = "_".join(filter(None, (family, name, ours)))
                found[column] = "_".join(filter(None, (PREFIXES[family], short, theirs)))
    return found
