"""The smallest build backend."""

from pathlib import Path


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = Path(folder, "app-1.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: app\nVersion: 1.0\nRequires-Dist: birch\nRequires-Dist: lib\n"
    )
    (info / "WHEEL").write_text("Wheel-Version: 1.0\n")
    return info.name


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(folder, config_settings=None, metadata_directory=None):
    raise NotImplementedError
