"""Why a payment isn't made: the reasons."""

from __future__ import annotations

from citycoin.foundation.kernel.errors import Conflict, NotFound, Rejected, Unavailable


class SignatureInvalid(Rejected):
    """The signature is none of a key registered in this city over these facts."""

    code = "signature_invalid"
    ko = "서명이 맞지 않아요. 결제되지 않았어요. 새로 고친 뒤 다시 결제해 주세요."
    en = "The signature does not fit this payment. Nothing was paid. Please reload the page and pay again."


class SignatureForAnotherCity(Rejected):
    """The signature is good, for another city's contract."""

    code = "signature_for_another_city"
    ko = "다른 도시의 돈으로 서명했어요. 결제되지 않았어요. 이 도시의 지갑으로 다시 서명해 주세요."
    en = "This was signed for another city's money. Nothing was paid. Please sign with your wallet of this city."


class PaymentIdReused(Conflict):
    """The id was used with other facts."""

    code = "payment_id_reused"
    ko = "같은 번호로 다른 내용의 결제가 이미 있어요. 이번 요청은 결제되지 않았어요. 새 번호로 다시 보내 주세요."
    en = "This id was used for a payment with other facts. This request paid nothing. Please take a new id."


class PaymentUnknown(NotFound):
    """Nothing was answered under this id so far; it may still arrive, until somebody closes it."""

    code = "payment_unknown"
    ko = "그 번호로 결제된 것이 아직 없어요. 내역에서 확인해 주세요."
    en = "Nothing was paid under this id so far. Please look in the history."


class PaymentIdClosed(Rejected):
    """The id was closed before it arrived: nothing was paid under it, and nothing will be."""

    code = "payment_id_closed"
    ko = "이 번호로는 결제되지 않았고, 앞으로도 결제되지 않아요. 새 번호로 다시 결제해 주세요."
    en = "Nothing was paid under this id, and nothing will be: it is closed. Please pay again under a new id."


class NonceUsed(Rejected):
    """Another payment of this key has the nonce."""

    code = "nonce_used"
    ko = "이미 쓴 서명 번호예요. 결제되지 않았어요. 다음 번호를 물어 다시 서명해 주세요."
    en = "This payment nonce is already used. Nothing was paid. Please ask for the next one and sign again."


class NonceTooOld(Rejected):
    """The nonce lies 64 or more below the highest authorised: the contract's window has passed it."""

    code = "nonce_too_old"
    ko = "서명 번호가 너무 오래됐어요. 결제되지 않았어요. 다음 번호를 물어 다시 서명해 주세요."
    en = "This payment nonce is too old. Nothing was paid. Please ask for the next one and sign again."


class NonceTooFar(Rejected):
    """The nonce lies more than 1,024 above the highest final one."""

    code = "nonce_too_far"
    ko = "서명 번호가 너무 앞서 있어요. 결제되지 않았어요. 다음 번호를 물어 다시 서명해 주세요."
    en = "This payment nonce is too far ahead. Nothing was paid. Please ask for the next one and sign again."


class PaymentExpired(Rejected):
    """The signature's expiry has passed, or would before the payment can be final."""

    code = "payment_expired"
    ko = "서명의 유효 시간이 지났어요. 결제되지 않았어요. 다시 결제해 주세요."
    en = "The signature has expired. Nothing was paid. Please pay again."


class ShopNotRegistered(Rejected):
    """The payee is no shop of this city in good standing."""

    code = "shop_not_registered"
    ko = "이 도시에 등록된 가게가 아니에요. 결제되지 않았어요. 가게에 코드를 확인해 주세요."
    en = "This is not a registered shop of the city. Nothing was paid. Please ask the shop."


class CityStopped(Rejected):
    """An official has stopped the city's won; what was authorised before waits."""

    code = "city_stopped"
    ko = "시에서 결제와 충전을 잠시 멈췄어요. 결제되지 않았고, 돈은 나가지 않았어요. 다시 시작하면 해 주세요."
    en = "The city has stopped payments and top-ups for now. Nothing was paid. Please try again once they go on."


class PayerFrozen(Rejected):
    """The city has frozen this wallet's outgoing won."""

    code = "payer_frozen"
    ko = "사용이 정지된 지갑이에요. 결제되지 않았어요. 시청에 문의해 주세요."
    en = "This wallet is frozen. Nothing was paid. Please ask the city."


class PayerNotResident(Rejected):
    """Only residents pay shops."""

    code = "payer_not_resident"
    ko = "주민 지갑으로만 가게에 결제할 수 있어요. 결제되지 않았어요. 주민 지갑으로 다시 해 주세요."
    en = "Only a resident's wallet can pay a shop. Nothing was paid. Please use such a wallet."


class KindsNotAllowed(Rejected):
    """The city's matrix doesn't let accounts of the payer's kind pay those of the payee's."""

    code = "kinds_not_allowed"
    ko = "이 도시에서는 지금 이런 결제를 받지 않아요. 결제되지 않았어요. 도시의 지갑으로 가게에 결제해 주세요."
    en = (
        "The city does not allow payments of this kind now. Nothing was paid. "
        "Please pay a shop from a resident's wallet."
    )


class RequestPaidAlready(Rejected):
    """Another payment has answered this request."""

    code = "request_paid_already"
    ko = "이미 결제된 요청이에요. 이번에는 결제되지 않았어요. 내역에서 확인해 주세요."
    en = "This request has been paid already. This time nothing was paid. Please look in the history."


class PinWrong(Rejected):
    """The PIN isn't the wallet's."""

    code = "pin_wrong"
    ko = "비밀번호가 맞지 않아요. 결제되지 않았어요. 다시 적어 주세요."
    en = "The PIN is wrong. Nothing was paid. Please type it again."


class PinLocked(Rejected):
    """Too many wrong PINs; wait."""

    code = "pin_locked"
    ko = "비밀번호를 여러 번 틀려 잠시 잠겼어요. 결제되지 않았어요. 조금 기다렸다가 다시 해 주세요."
    en = "Too many wrong PINs: payments are locked for a while. Nothing was paid. Please wait and try again."


class PasskeyWrong(Rejected):
    """No yes to this payment of a passkey that may pay for the wallet; or its time was over, or it was used before."""

    code = "passkey_wrong"
    ko = "패스키로 확인하지 못했어요. 결제되지 않았어요. 한 번 더 하거나 비밀번호로 결제해 주세요."
    en = "The passkey did not confirm this payment. Nothing was paid. Please try once more, or pay with your PIN."


class ConfirmationNeeded(Rejected):
    """The payment was sent unconfirmed, and is beyond what may go so; by which bound isn't said."""

    code = "confirmation_needed"
    ko = "이번 결제는 비밀번호나 패스키로 확인해야 해요. 결제되지 않았어요. 확인하고 다시 결제해 주세요."
    en = "This payment has to be confirmed. Nothing was paid. Please pay again with your PIN or passkey."


class NoPayingPasskey(Rejected):
    """The wallet's owner has allowed no passkey to pay at this address."""

    code = "no_paying_passkey"
    ko = "결제에 쓰기로 한 패스키가 없어요. 결제되지 않았어요. 비밀번호로 결제해 주세요."
    en = "No passkey is allowed to pay for this wallet. Nothing was paid. Please pay with your PIN."


class SignatureNeeded(Rejected):
    """The wallet's key is on its owner's device; only that can sign."""

    code = "signature_needed"
    ko = "이 지갑은 기기의 열쇠로 서명해야 해요. 결제되지 않았어요. 지갑을 연 브라우저에서 결제해 주세요."
    en = "This wallet's own device has to sign. Nothing was paid. Please pay in the browser where you opened it."


class TooManyPayments(Unavailable):
    """Faster than the installation's pace for one wallet."""

    code = "too_many_payments"
    ko = "결제가 너무 잦아요. 잠시 뒤에 다시 해 주세요."
    en = "Too many payments in a short time. Please try again in a moment."


class ExposureReached(Unavailable):
    """Nothing can settle now, and as much as may wait is waiting."""

    code = "exposure_reached"
    ko = "체인이 회복될 때까지 결제를 잠시 받지 않아요. 결제되지 않았어요. 잠시 뒤에 다시 해 주세요."
    en = "Payments are paused until the chain is back. Nothing was paid. Please try again in a moment."
