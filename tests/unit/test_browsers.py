"""What browsers say of themselves, in words."""

import pytest

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.domain.browsers import UNKNOWN, browser_of

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAID = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/142.0.0.0 Safari/537.36": "Chrome · Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0": "Edge · Windows",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {KIT} Chrome/138.0 Whale/4.33 Safari/537.36": "Whale · macOS",
    f"Mozilla/5.0 (Linux; Android 15) {KIT} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36": "Samsung Internet · Android",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0": "Firefox · Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Safari/604.1": "Chrome · iPhone",
    "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/18.7 Safari/604.1": "Safari · iPad",
    "Mozilla/5.0 (Symbian) Opera/9 OPR/1": "Opera",
}


@pytest.mark.parametrize(("agent", "words"), SAID.items(), ids=SAID.values())
def test_a_browser_is_named_with_its_system(agent, words):
    assert browser_of(agent) == Words(words, words)


@pytest.mark.parametrize("agent", ["", "curl/8.5.0", "<script>"])
def test_browser_that_says_nothing_known_is_unknown(agent):
    assert browser_of(agent) == UNKNOWN
