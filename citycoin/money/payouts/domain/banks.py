"""Korean banks by their three digits (금융결제원, 금융기관 공동코드), as transfers name them."""

from __future__ import annotations

from typing import Final

from citycoin.foundation.bilingual import Words

BANKS: Final = {
    "004": Words("KB국민은행", "KB Kookmin Bank"),
    "088": Words("신한은행", "Shinhan Bank"),
    "020": Words("우리은행", "Woori Bank"),
    "081": Words("하나은행", "Hana Bank"),
    "011": Words("농협은행", "NH NongHyup Bank"),
    "012": Words("지역농축협", "Local NongHyup"),
    "003": Words("IBK기업은행", "Industrial Bank of Korea"),
    "090": Words("카카오뱅크", "KakaoBank"),
    "092": Words("토스뱅크", "Toss Bank"),
    "089": Words("케이뱅크", "K bank"),
    "045": Words("새마을금고", "MG Community Credit"),
    "048": Words("신협", "Credit Union"),
    "071": Words("우체국", "Korea Post"),
    "007": Words("수협은행", "Suhyup Bank"),
    "002": Words("KDB산업은행", "Korea Development Bank"),
    "023": Words("SC제일은행", "SC First Bank"),
    "027": Words("한국씨티은행", "Citibank Korea"),
    "031": Words("iM뱅크", "iM Bank"),
    "032": Words("부산은행", "Busan Bank"),
    "034": Words("광주은행", "Kwangju Bank"),
    "035": Words("제주은행", "Jeju Bank"),
    "037": Words("전북은행", "Jeonbuk Bank"),
    "039": Words("경남은행", "Kyongnam Bank"),
}
