"""The clauses that bind the directory: figures and yes-or-no questions, nothing else."""

from shared.events.directory import Role
from shared.rule import Rule

APPOINTMENT = Rule(
    clause="PR-1",
    says="Who holds the post of this role came to it with its conditions met and the agreement of the "
    "ministry and the governorate, on record.",
    preset=Role.HEAD_OF_PUBLIC_RELATIONS,
)
ADVISER = Rule(
    clause="PR-2",
    says="The head of public relations is adviser to the agency's head too, from the same instant.",
    preset=Role.HEAD_OF_PUBLIC_RELATIONS,
)
CATALOGUE = Rule(
    clause="FOAD-4",
    says="The services of the agencies stand in a catalogue, so that a case names its service.",
    preset=None,
)
JOINING = Rule(
    clause="FOAD-9",
    says="A new province or agency joins by what it says about itself, without new code.",
    preset=None,
)
OWNER = Rule(clause="PORTAL-2-1", says="The agency itself owns its portal.", preset=None)
RESPONSIBLE_DIRECTOR = Rule(
    clause="PORTAL-2-2",
    says="The portal's responsible director: the one post of this role.",
    preset=Role.HEAD,
)
EDITOR_IN_CHIEF = Rule(
    clause="PORTAL-2-3",
    says="The portal's editor-in-chief: the one post of this role.",
    preset=Role.HEAD_OF_PUBLIC_RELATIONS,
)
POLICY_BODY = Rule(
    clause="PORTAL-2-4",
    says="The portal's policy body: the agency's one committee of this clause, its administrative "
    "transformation commission.",
    preset=None,
)
DOMAINS = Rule(
    clause="PORTAL-2-5",
    says="Each domain sends a post of this role; the editor-in-chief speaks for their own domain.",
    preset=Role.REPRESENTATIVE,
)
SECRETARIAT = Rule(
    clause="PORTAL-2-6",
    says="The group's secretariat is public relations: a post of this role in the editor-in-chief's unit.",
    preset=Role.SECRETARY,
)
TECHNICAL_SUPPORT = Rule(
    clause="PORTAL-2-7",
    says="The IT group supports the portal: the unit whose id is the agency's, a dot and this.",
    preset="it",
)
ADAPTATION = Rule(
    clause="RIGHTS-G9",
    says="A figure is set looser than it is only by the province, with the central secretariat's agreement.",
    preset=None,
)
PROGRAMMES = Rule(
    clause="RIGHTS-G9",
    part="programmes",
    says="What a measure of the nine programmes is in this province, how often and for whom, the province "
    "says with the central secretariat's agreement.",
    preset=9,
)
RIGHTS_SECRETARY = Rule(
    clause="RIGHTS-G1",
    says="The agency's one post of this role answers for the follow-up of the citizens'-rights programmes.",
    preset=Role.CITIZENS_RIGHTS_SECRETARY,
)
SOCIAL_DIRECTOR = Rule(
    clause="RIGHTS-G1",
    part="governorate",
    says="The governorate's one post of this role answers for the follow-up in all agencies.",
    preset=Role.SOCIAL_DIRECTOR,
)
STAFF_CIRCULAR = Rule(
    clause="RIGHTS-P6-5",
    says="An agency's citizens'-rights staff, its one committee of this clause, is as this circular (its "
    "number and day) lays down. What it says is the governorate's to enter: the directive only names it.",
    preset=("134071/8", "1391/10/25"),
)
DIRECTIVE_ITSELF = Rule(
    clause="PORTAL-10-17",
    says="Of these rules it is told how many articles they have, when and by whom they were approved.",
    preset="PORTAL",
)
