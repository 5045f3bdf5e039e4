"""Regions, by code and by the names AWS's console and messages use."""

import re

# Source: AWS General Reference, "Regional endpoints"; botocore's partitions.json (descriptions).
# The cities alone tell the region where messages shorten or restyle the name.
CITIES = {
    "us-east-1": "N. Virginia",
    "us-east-2": "Ohio",
    "us-west-1": "N. California",
    "us-west-2": "Oregon",
    "af-south-1": "Cape Town",
    "ap-east-1": "Hong Kong",
    "ap-east-2": "Taipei",
    "ap-northeast-1": "Tokyo",
    "ap-northeast-2": "Seoul",
    "ap-northeast-3": "Osaka",
    "ap-south-1": "Mumbai",
    "ap-south-2": "Hyderabad",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
    "ap-southeast-3": "Jakarta",
    "ap-southeast-4": "Melbourne",
    "ap-southeast-5": "Malaysia",
    "ap-southeast-6": "New Zealand",
    "ap-southeast-7": "Thailand",
    "ca-central-1": "Central",
    "ca-west-1": "Calgary",
    "cn-north-1": "Beijing",
    "cn-northwest-1": "Ningxia",
    "eu-central-1": "Frankfurt",
    "eu-central-2": "Zurich",
    "eu-north-1": "Stockholm",
    "eu-south-1": "Milan",
    "eu-south-2": "Spain",
    "eu-west-1": "Ireland",
    "eu-west-2": "London",
    "eu-west-3": "Paris",
    "il-central-1": "Tel Aviv",
    "me-central-1": "UAE",
    "me-south-1": "Bahrain",
    "mx-central-1": "Central",
    "sa-east-1": "Sao Paulo",
}
BY_CITY = {city.lower(): code for code, city in CITIES.items() if city != "Central"}

# Regions opened after this was written are read by their shape.
CODE = re.compile(
    r"(?<![A-Za-z0-9-])((?:us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov|us-iso[a-z]?|eu-isoe|eusc-de)"
    r"-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9])"
    r"(?![0-9-]|[a-z]{2})",
    re.IGNORECASE,
)
AREAS = (
    r"(?:US (?:East|West)|EU|Europe|Asia Pacific|Africa|Canada|Israel|Mexico|Middle East|"
    r"South America|China|AWS GovCloud)"
)
TOWNS = "|".join(
    re.escape(city) for city in (*CITIES.values(), "S\u00e3o Paulo") if city != "Central"
)
# "US East (N. Virginia)", "EU (Ireland)", "EU - Ireland", "Asia Pacific - Tokyo".
DISPLAY = re.compile(AREAS + rf"(?:\s*\(|\s+-\s+)({TOWNS})\b")
SPECIAL = {
    "Canada (Central)": "ca-central-1",
    "Mexico (Central)": "mx-central-1",
    "AWS GovCloud (US-East)": "us-gov-east-1",
    "AWS GovCloud (US-West)": "us-gov-west-1",
    "AWS GovCloud (US)": "us-gov-west-1",
}


def regions_in(text: str) -> tuple[str, ...]:
    """Return the regions a text names, in order, each once."""
    found = [(match.start(), match.group(1).lower()) for match in CODE.finditer(text)]
    found += [(text.index(name), code) for name, code in SPECIAL.items() if name in text]
    for match in DISPLAY.finditer(text):
        city = match.group(1).replace("\u00e3", "a").lower()
        found.append((match.start(), BY_CITY[city]))
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


def region_of(value: str | None) -> str | None:
    """Return the one region a value names; None where it names none or several."""
    regions = regions_in(value) if value else ()
    return regions[0] if len(regions) == 1 else None
