"""The peak memory of this process."""

from pathlib import Path


def peak_mb() -> int:
    """Return the peak memory of this process in MB, including pages of shared files.

    `getrusage` is not used, because it starts with the memory of the parent.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM")]
    return round(int(peak.split()[1]) * 1024 / 1e6)
