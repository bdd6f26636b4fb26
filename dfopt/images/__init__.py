"""Engines, registries, image archives, root file systems and probes: what starts processes or opens connections.

Build an image, look into it, and run it::

    from dfopt.images import find_engine

    with find_engine("auto") as engine:  # EngineError says what is missing and what to do
        image = engine.build(context, Path("Dockerfile"), network="host", log=print)
        engine.names()                   # ("debian:bookworm", …): the images that are there
        image.builder                    # "docker, BuildKit in the daemon"
        config = engine.config(image)    # ImageConfig: env, entrypoint, cmd, workdir, user, exposed_ports…
        engine.size(image)               # bytes of all layers
        engine.layers(image)             # (HistoryStep(created_by, size), …), from the base upwards
        with engine.export(image) as root:
            root["/usr/bin/dash"]        # Entry: kind, mode, uid, gid, size, mtime, target, xattrs
            root.resolve("/bin/sh")      # Resolved(entry, links): /usr/bin/dash by way of /bin, /usr/bin/sh
            root.read("/etc/passwd"), root.open("/bin/sh"), root.glob("/etc/*/*.conf"), root.walk("/opt")
        with engine.run(image, network="host") as container:
            container.exec(["id"]).text
            container.state(), container.logs(), container.restart(), container.stop()

Whatever was started is removed when the `with` is left, also through Ctrl-C or SIGTERM. An image built with a
`tag` stays.

Files instead of engines::

    with stream, read_archive(stream) as archive:   # docker save, OCI layouts; gzip and zstd too
        for layer in archive.images[0].layers:      # diff_id, created_by, size, stored_size
            layer.entries                           # whiteouts and opaque directories are entries too
        root = RootFS.from_image(archive.images[0])
    root = RootFS.from_tar(stream)                  # docker export

What a container must do, before and after::

    probes = parse_probes(tables, folder=Path())    # [[probe]] of dfopt.toml; or default_probes(config)
    run_probes(container, probes)                   # [ProbeResult(name, ok, detail, answer), …]

Registries are read by `dfopt.images.registry`, without an engine.

Every failure is an `ImagesError`: `EngineError` (of which `BuildError` and `ContainerError` are kinds),
`ArchiveError`, `ProbeError`, `RegistryError`. A path that leads nowhere in a `RootFS` raises what `os` raises for it.
"""

from dfopt.images.archive import Archive, ArchivedImage, Layer, Step, read_archive
from dfopt.images.config import Healthcheck, ImageConfig
from dfopt.images.engines import find_engine
from dfopt.images.engines.engine import Container, Engine, HistoryStep, ImageRef, State
from dfopt.images.engines.process import Finished
from dfopt.images.errors import (
    ArchiveError,
    BuildError,
    ContainerError,
    EngineError,
    ImagesError,
    ProbeError,
    RegistryError,
    RegistryMissingError,
    RegistryUnreachableError,
)
from dfopt.images.probes import Probe, default_probes, parse_probes
from dfopt.images.probing import ProbeResult, run_probes
from dfopt.images.rootfs import Resolved, RootFS
from dfopt.images.tar import Entry, Kind

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchivedImage",
    "BuildError",
    "Container",
    "ContainerError",
    "Engine",
    "EngineError",
    "Entry",
    "Finished",
    "Healthcheck",
    "HistoryStep",
    "ImageConfig",
    "ImageRef",
    "ImagesError",
    "Kind",
    "Layer",
    "Probe",
    "ProbeError",
    "ProbeResult",
    "RegistryError",
    "RegistryMissingError",
    "RegistryUnreachableError",
    "Resolved",
    "RootFS",
    "State",
    "Step",
    "default_probes",
    "find_engine",
    "parse_probes",
    "read_archive",
    "run_probes",
]
