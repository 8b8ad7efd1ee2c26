"""Paths of signing in and out; a person signs in once for all cities."""

from django.urls import path

from citycoin.web.sign_in.doors import passkeys, signing_in

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign-in"),
    path("sign-in/code", signing_in.sign_in_code, name="sign-in-code"),
    path("sign-in/passkey", passkeys.SignInByPasskey.as_view(), name="passkey-sign-in"),
    path("sign-in/passkey/challenge", passkeys.SignInChallenge.as_view(), name="passkey-sign-in-challenge"),
    path("sign-out", signing_in.sign_out, name="sign-out"),
    path("passkeys", passkeys.Passkeys.as_view(), name="passkeys"),
    path("passkeys/challenge", passkeys.PasskeyChallenge.as_view(), name="passkey-challenge"),
    path("passkeys/offer", passkeys.offer, name="passkey-offer"),
    path("passkeys/decline", passkeys.decline, name="passkey-decline"),
    path("passkeys/<number:number>/remove", passkeys.remove, name="passkey-remove"),
    path("officials/sign-in", signing_in.official_sign_in, name="official-sign-in"),
]
