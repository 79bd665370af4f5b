"""The demo's catalogue of services: as many as the directive says, and real ones."""

import re
from collections import Counter

from deploy.demo.make_catalogue import CATALOGUE, catalogue, expand
from deploy.demo.read import read_province

PROVINCE = read_province()
SERVICES = PROVINCE.services


def test_the_catalogue_has_the_4600_services_of_the_agencies() -> None:
    assert len(SERVICES) == 4600
    assert len(CATALOGUE.read_text().splitlines()) == 4600 + 1


def test_no_two_services_have_one_code_and_no_agency_has_two_of_one_title() -> None:
    assert len({service.code for service in SERVICES}) == 4600
    assert len({(service.agency_id, service.title_fa) for service in SERVICES}) == 4600


def test_the_catalogue_comes_out_of_its_sources_byte_for_byte_and_again() -> None:
    assert catalogue().encode() == CATALOGUE.read_bytes()
    assert catalogue() == catalogue()


def test_every_service_has_a_known_owner_and_every_owner_has_services() -> None:
    known = {agency.id for agency in PROVINCE.agencies} | {listed.id for listed in PROVINCE.form.listed}

    assert {service.agency_id for service in SERVICES} == known


def test_each_agency_that_lives_in_the_demo_owns_a_few_hundred_by_units_that_receive_people() -> None:
    owned = Counter(service.agency_id for service in SERVICES)
    for agency in PROVINCE.agencies:
        desks = {unit.id for unit in agency.units if unit.service_desk}
        units = {service.unit_id for service in SERVICES if service.agency_id == agency.id}

        assert 200 <= owned[agency.id] <= 600
        assert units <= desks


def test_a_service_is_online_just_when_it_has_an_address_that_leads_to_no_real_site() -> None:
    for service in SERVICES:
        assert service.online is (service.url != "")
        assert service.url == "" or service.url.split("/")[2].endswith(".example")


def test_every_service_says_what_to_bring_and_what_happens() -> None:
    for service in SERVICES:
        assert service.documents
        assert len(service.steps) >= 2
        assert not re.search(r"[{}|;]", service.title_fa)


def test_alternatives_in_a_subject_are_written_out_one_by_one() -> None:
    assert list(expand("چاه {الف|ب} {۱|۲}")) == ["چاه الف ۱", "چاه الف ۲", "چاه ب ۱", "چاه ب ۲"]
    assert list(expand("چاه")) == ["چاه"]
