"""The rule `network-tools-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people, is_used_at_run_time

_DIG = ("dig", "nslookup", "nsupdate", "host")
_PROGRAMS = {
    "arping": ("arping",),
    "bind-tools": _DIG,
    "bind-utils": _DIG,
    "bind9-dnsutils": _DIG,
    "bind9-host": _DIG,
    "dnsutils": _DIG,
    "ethtool": ("ethtool",),
    "hping3": ("hping3",),
    "iftop": ("iftop",),
    "inetutils-ping": ("ping",),
    "inetutils-telnet": ("telnet",),
    "iperf": ("iperf",),
    "iperf3": ("iperf3",),
    "iputils": ("ping", "tracepath"),
    "iputils-ping": ("ping",),
    "iputils-tracepath": ("tracepath",),
    "mtr": ("mtr",),
    "mtr-tiny": ("mtr",),
    "net-tools": ("ifconfig", "netstat", "route", "arp", "hostname"),
    "ngrep": ("ngrep",),
    "nload": ("nload",),
    "nmap": ("nmap", "ncat"),
    "tcpdump": ("tcpdump",),
    "telnet": ("telnet",),
    "traceroute": ("traceroute",),
    "tshark": ("tshark",),
    "whois": ("whois", "mkpasswd"),
}


class NetworkToolsInFinalStage(Rule):
    """Tools to examine a network are in the final image.

    ## What it does

    Reports installations of tools such as `telnet`, `ping`, `dig` and `tcpdump` in the stages that the final image
    is made of, unless the same RUN removes them again. Tools that the file itself uses are left alone, and so are
    images that start a script that the file does not show, or a shell, and stages named for development.

    ## Why is this bad

    A container beside the running one, in its network, can have them when they are needed: `docker run --network
    container:NAME`, or `kubectl debug`. Until then they are bytes, and of help to whoever breaks in. The price is
    the installed size of the packages and of what only they bring in, by Debian's package indexes; on other
    distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx dnsutils telnet
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "network-tools-in-final-stage"
    severity = Severity.INFO
    help = "leave them out, and examine the network from a container beside the running one"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = [name for name in kept(command, _PROGRAMS.__contains__) if not _is_used(name, model)]
        if left and not is_for_people(model):
            message = f"nothing here uses {listed(left)}"
            yield Finding(command, message, cost=weight(command, left))


def _is_used(name: str, model: Model) -> bool:
    programs = _PROGRAMS[name]
    return bool(model.commands_named(*programs)) or is_used_at_run_time(model, frozenset(programs))
