"""Paths of the shops' pages, below /<city>/shops/."""

from django.urls import path

from citycoin.web.shop.doors import counter, payment, shop, shops, staff

urlpatterns = [
    path("", shops.shops, name="shops"),
    path("apply", shops.apply, name="shop-apply"),
    path("applications/<int:application_id>", shops.application, name="shop-application"),
    path("pair", staff.pair_by_hand, name="pair-by-hand"),
    path("pair/<str:code>", staff.pair, name="pair"),
    path("<int:shop_id>/", shop.today, name="shop"),
    path("<int:shop_id>/counter", counter.counter, name="shop-counter"),
    path("<int:shop_id>/board", counter.board, name="shop-board"),
    path("<int:shop_id>/requests", counter.requests, name="shop-requests"),
    path("<int:shop_id>/requests/<str:code>", counter.one_request, name="shop-request"),
    path("<int:shop_id>/payments/<uuid:payment_id>", payment.payment, name="shop-payment"),
    path("<int:shop_id>/settlements", shop.settlements, name="shop-settlements"),
    path("<int:shop_id>/settlements/<str:day>", shop.settlement, name="shop-settlement"),
    path("<int:shop_id>/poster", shop.poster_page, name="shop-poster"),
    path("<int:shop_id>/poster.pdf", shop.poster_pdf, name="shop-poster-pdf"),
    path("<int:shop_id>/code", shop.new_code, name="shop-new-code"),
    path("<int:shop_id>/staff", staff.staff, name="shop-staff"),
    path("<int:shop_id>/staff/<int:part_id>", staff.one_of_staff, name="shop-one-of-staff"),
    path("<int:shop_id>/devices", staff.devices, name="shop-devices"),
    path("<int:shop_id>/devices/<int:counter_id>", staff.device, name="shop-device"),
    path("<int:shop_id>/devices/<int:counter_id>/revoke", staff.revoke_device, name="shop-device-revoke"),
]
