"""OAuth 1.0a, held against the worked example of X's documentation ("Creating a signature")."""

from channels.x.oauth import Keys, Once, authorization

KEYS = Keys(
    "xvz1evFS4wEEPTGEFPHBog",
    "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
ONCE = Once("kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", 1318622958)
URL = "https://api.twitter.com/1.1/statuses/update.json"
QUERY = {"include_entities": "true", "status": "Hello Ladies + Gentlemen, a signed OAuth request!"}


def test_the_documented_signature() -> None:
    header = authorization(KEYS, ONCE, "post", URL, QUERY)
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header
    assert header.startswith('OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_nonce=')


def test_everything_that_is_signed_changes_the_signature() -> None:
    every = {
        authorization(KEYS, ONCE, "POST", URL, QUERY),
        authorization(KEYS, ONCE, "GET", URL, QUERY),
        authorization(KEYS, ONCE, "POST", URL + "x", QUERY),
        authorization(KEYS, ONCE, "POST", URL, {}),
        authorization(KEYS, Once("another", 1318622958), "POST", URL, QUERY),
    }
    assert len(every) == 5


def test_secrets_are_not_in_the_header() -> None:
    header = authorization(KEYS, ONCE, "POST", URL, QUERY)
    assert KEYS.consumer_secret not in header
    assert KEYS.token_secret not in header
