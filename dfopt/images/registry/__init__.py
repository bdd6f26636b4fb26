"""Registries over the distribution API: lists, manifests and configurations, never layers.

    target = Target.parse("registry.example.org/team/app:1.0")
    with Registry(target, connections=16) as registry:    # needs httpx: pip install 'dfopt[registry]'
        for repository in registry.repositories():        # the catalogue, page by page
            for tag in registry.tags(repository):
                manifest = registry.manifest(repository, tag)     # Manifest, or an Index of several
                registry.configuration(repository, manifest.config)  # platform, instructions, labels

Digests are verified and sizes bounded. Every failure is a `RegistryError`.
"""

from dfopt.images.registry.documents import Configuration, Descriptor, Index, Manifest
from dfopt.images.registry.names import Target, full_name
from dfopt.images.registry.registry import Registry

__all__ = ["Configuration", "Descriptor", "Index", "Manifest", "Registry", "Target", "full_name"]
