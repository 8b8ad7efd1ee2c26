"""Paths of the shops' pages, below /<city>/shops/."""

from django.urls import path

from citycoin.web.shop.doors import counter, payment, payouts, pin, shop, shops, staff

urlpatterns = [
    path("", shops.shops, name="shops"),
    path("apply", shops.apply, name="shop-apply"),
    path("applications/<number:application_id>", shops.application, name="shop-application"),
    path("pair", staff.pair_by_hand, name="pair-by-hand"),
    path("pair/<str:code>", staff.pair, name="pair"),
    path("<number:shop_id>/", shop.today, name="shop"),
    path("<number:shop_id>/hours", shop.hours_file, name="shop-hours-file"),
    path("<number:shop_id>/about", shops.about, name="shop-about"),
    path("<number:shop_id>/counter", counter.counter, name="shop-counter"),
    path("<number:shop_id>/board", counter.board, name="shop-board"),
    path("<number:shop_id>/requests", counter.requests, name="shop-requests"),
    path("<number:shop_id>/requests/<str:code>", counter.one_request, name="shop-request"),
    path("<number:shop_id>/payments/<uuid:payment_id>", payment.payment, name="shop-payment"),
    path("<number:shop_id>/payments/<uuid:payment_id>/refund", payment.refund, name="shop-refund"),
    path(
        "<number:shop_id>/payments/<uuid:payment_id>/claims/<number:claim_number>/decline",
        payment.decline,
        name="shop-claim-decline",
    ),
    path("<number:shop_id>/settlements", shop.settlements, name="shop-settlements"),
    path("<number:shop_id>/settlements/<str:day>", shop.settlement, name="shop-settlement"),
    path("<number:shop_id>/settlements/<str:period>/payments", shop.payments_file, name="shop-payments-file"),
    path("<number:shop_id>/settlements/<str:period>/days", shop.days_file, name="shop-days-file"),
    path("<number:shop_id>/payouts", payouts.payouts, name="shop-payouts"),
    path("<number:shop_id>/payouts/<uuid:payout_id>", payouts.payout, name="shop-payout"),
    path("<number:shop_id>/payouts/automatic", payouts.automatic, name="shop-payouts-automatic"),
    path("<number:shop_id>/payouts/account", payouts.account, name="shop-payout-account"),
    path("<number:shop_id>/payouts/account/code", payouts.code, name="shop-payout-code"),
    path("<number:shop_id>/vat", shop.vat, name="shop-vat"),
    path("<number:shop_id>/vat/<str:period>/file", shop.vat_file, name="shop-vat-file"),
    path("<number:shop_id>/poster", shop.poster_page, name="shop-poster"),
    path("<number:shop_id>/poster.pdf", shop.poster_pdf, name="shop-poster-pdf"),
    path("<number:shop_id>/code", shop.new_code, name="shop-new-code"),
    path("<number:shop_id>/pin", pin.pin, name="shop-pin"),
    path("<number:shop_id>/staff", staff.staff, name="shop-staff"),
    path("<number:shop_id>/staff/<number:part_id>", staff.one_of_staff, name="shop-one-of-staff"),
    path("<number:shop_id>/devices", staff.devices, name="shop-devices"),
    path("<number:shop_id>/devices/<number:counter_id>", staff.device, name="shop-device"),
    path("<number:shop_id>/devices/<number:counter_id>/revoke", staff.revoke_device, name="shop-device-revoke"),
]
