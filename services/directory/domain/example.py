"""A small agency as the API's document shows it: all that an agency needs to join, and nothing more."""

from typing import Any


def _name(fa: str, en: str) -> dict[str, str]:
    return {"fa": fa, "en": en}


AGENCY_EXAMPLE: dict[str, Any] = {
    "id": "water",
    "name": _name("آب منطقه‌ای", "Regional water company"),
    "units": [
        {"id": "water.office", "kind": "domain", "name": _name("حوزهٔ مدیریت", "Head's office")},
        {"id": "water.groundwater", "kind": "domain", "name": _name("آب‌های زیرزمینی", "Groundwater")},
        {
            "id": "water.pr",
            "kind": "unit",
            "parent": "water.office",
            "name": _name("روابط عمومی", "Public relations"),
        },
        {
            "id": "water.it",
            "kind": "unit",
            "parent": "water.office",
            "name": _name("فناوری اطلاعات", "Information technology"),
        },
    ],
    "posts": [
        {
            "id": "water.head",
            "title": _name("مدیرعامل", "Managing director"),
            "role": "head",
            "reports_to": "governorate.inspection.head",
            "holder": "p-water-001",
        },
        {
            "id": "water.pr.head",
            "title": _name("رئیس روابط عمومی", "Head of public relations"),
            "role": "head-of-public-relations",
            "unit": "water.pr",
            "reports_to": "water.head",
            "holder": "p-water-002",
            "appointment": {
                "conditions": [
                    {"condition": "کارشناسی ارشد ارتباطات", "evidence": "دانشنامهٔ شمارهٔ ۱۲۳۴"},
                ],
                "ministry": {"reference": "51131/79098", "day": "2025-04-12"},
                "governorate": {"reference": "1404/812", "day": "2025-05-03"},
            },
        },
        {
            "id": "water.pr.secretary",
            "title": _name("دبیر گروه مدیریت سایت", "Secretary of the portal group"),
            "role": "secretary",
            "unit": "water.pr",
            "reports_to": "water.pr.head",
            "holder": "p-water-003",
        },
        {
            "id": "water.groundwater.representative",
            "title": _name("نمایندهٔ آب‌های زیرزمینی", "Representative of groundwater"),
            "role": "representative",
            "unit": "water.groundwater",
            "reports_to": "water.head",
            "holder": "p-water-004",
        },
        {
            "id": "water.it.publisher",
            "title": _name("کارشناس درگاه", "Portal expert"),
            "role": "publisher",
            "unit": "water.it",
            "reports_to": "water.head",
        },
        {
            "id": "water.rights",
            "title": _name("دبیر حقوق شهروندی", "Secretary for citizens' rights"),
            "role": "citizens-rights-secretary",
            "unit": "water.office",
            "reports_to": "water.head",
            "holder": "p-water-005",
        },
    ],
    "committees": [
        {
            "id": "water.transformation-commission",
            "clause": "PORTAL-2-4",
            "title": _name("کمیسیون تحول اداری", "Administrative transformation commission"),
            "chair": "water.head",
            "secretary": "water.pr.secretary",
            "members": [
                {"post": "water.head", "represents": "water.office"},
                {"post": "water.groundwater.representative", "represents": "water.groundwater"},
            ],
        },
    ],
}
