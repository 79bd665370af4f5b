"""Who of the demo province has an account: everybody who fills a post, of the post's agency."""

from deploy.demo.read import read_province
from deploy.keycloak.realm import Person


def people() -> list[Person]:
    """Without passwords: each is made when first wanted."""
    province = read_province()
    agencies = (province.governorate, *province.agencies)
    holders = {post.holder: form.id for form in agencies for post in form.posts if post.holder is not None}
    return [Person(username=one, person=one, agency=agency) for one, agency in sorted(holders.items())]
