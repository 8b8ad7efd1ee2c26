"""What the pages' scripts say by themselves; what belongs to one page stands in its template."""

from __future__ import annotations

from typing import Final

from citycoin.foundation.bilingual import Words

# By the names of pages/asking.js for how a question ended: what happened, and what to do; then single words. # is a number.
SAID_BY_SCRIPTS: Final = {
    "offline": Words("연결이 끊겼어요.", "The connection is lost."),
    "offline-do": Words("인터넷을 확인하고 다시 해 주세요.", "Please check it and try again."),
    "old": Words("페이지가 오래되어 새로 불러왔어요.", "The page was too old and has been loaded anew."),
    "old-do": Words("다시 한번 해 주세요.", "Please try again."),
    "signed-out": Words("로그인이 끝났어요.", "You are signed out."),
    "signed-out-do": Words("다시 로그인해 주세요.", "Please sign in again."),
    "broken": Words("우리 쪽에 문제가 생겼어요.", "Something went wrong on our side."),
    "broken-do": Words("잠시 뒤에 다시 해 주세요.", "Please try again in a moment."),
    "sign-in": Words("로그인하기", "Sign in"),
    "error": Words("오류: ", "Error: "),
    "delete-digit": Words("마지막 숫자 지우기", "Delete the last digit"),
    "digits": Words("6자리 가운데 #", "# of 6"),
}
