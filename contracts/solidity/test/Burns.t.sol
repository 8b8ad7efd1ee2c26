// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {BurnsTest} from "./BurnsTest.sol";

/// @title Redeemed won are the treasury's, and burn without giving headroom back
contract RedeemTest is BurnsTest {
    function setUp() public override {
        super.setUp();
        issueTo(shop.account, 1_000);
        settleOne(payment(shop, treasury, 1_000, 1));
    }

    function test_burns_several_redemptions_of_the_treasury_at_once() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(treasury, address(0), 300);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Redeemed, 0, 0, treasury, 300);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(treasury, address(0), 600);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Redeemed, 0, 1, treasury, 600);
        redeem(ID, amounts_(300, 600));

        assertEq(token.balanceOf(treasury), 100);
        assertEq(token.totalSupply(), 2 * MONEY + 100);
        assertTrue(token.burnUsed(ID));
    }

    function test_gives_no_headroom_back() public {
        uint256 issued = issuedIn(YEAR);

        redeem(ID, amounts_(1_000));

        assertEq(issuedIn(YEAR), issued);
        assertEq(issuedOf(PROGRAMME), issued);
    }

    function test_a_sum_over_the_treasurys_balance_reverts_whole() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.BalanceTooLow.selector, treasury, 400, 401));
        redeem(ID, amounts_(600, 401));
        assertEq(token.balanceOf(treasury), 1_000);
        assertFalse(token.burnUsed(ID));

        redeem(ID, amounts_(600, 400));
        assertEq(token.balanceOf(treasury), 0);
    }

    function test_refuses_none_and_zero() public {
        vm.expectRevert(ICityToken.Empty.selector);
        redeem(ID, new uint256[](0));
        vm.expectRevert(abi.encodeWithSelector(ICityToken.AmountZero.selector, 1));
        redeem(ID, amounts_(1, 0));
    }

    /// @dev A freeze stops what a key may do, not the rules.
    function test_burns_won_of_a_frozen_treasury() public {
        freeze(treasury);

        redeem(ID, amounts_(1_000));

        assertEq(token.balanceOf(treasury), 0);
    }

    function test_refuses_everybody_but_the_issuer() public {
        address[3] memory others = [treasury, guardian, stranger.account];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICityToken.NotAuthorised.selector, others[i], bytes32("issuer")));
            vm.prank(others[i]);
            token.redeem(ID, amounts_(1));
        }
        redeem(ID, amounts_(1));
    }

    function test_a_pause_stops_it() public {
        vm.prank(guardian);
        token.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        redeem(ID, amounts_(1));

        vm.prank(guardian);
        token.unpause();
        redeem(ID, amounts_(1));
    }

    function test_refuses_a_burn_id_that_any_other_burn_has_used() public {
        cancel(resident, "cancelled", PROGRAMME, 1);
        redeem("redeemed", amounts_(1));
        lapse("lapsed", holding(resident.account, 1));

        bytes32[3] memory used = [bytes32("cancelled"), "redeemed", "lapsed"];
        for (uint256 i = 0; i < used.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(ICityToken.BurnIdUsed.selector, used[i]);
            bytes memory ofHolder = sign(resident, cancellationFields(used[i], PROGRAMME, 1, NOW));
            vm.expectRevert(reason);
            vm.prank(issuer);
            token.cancel(used[i], PROGRAMME, 1, NOW, ofHolder);
            vm.expectRevert(reason);
            redeem(used[i], amounts_(1));
            _refusesLapse(used[i], reason);
        }
    }

    function _refusesLapse(bytes32 id, bytes memory reason) private {
        Issuance.Holding[] memory list = holding(resident.account, 1);
        bytes memory fields = lapseFields(id, 1, list, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        vm.expectRevert(reason);
        token.lapse(id, list, 1, NOW, a, b);
    }
}

/// @title Won lapse under two officials' signatures, and nothing may be issued for them anew
contract LapseTest is BurnsTest {
    function test_burns_the_won_of_a_list_of_residents() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(resident.account, address(0), 400);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Lapsed, PROGRAMME, 0, resident.account, 400);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(deviceResident.account, address(0), MONEY);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Lapsed, PROGRAMME, 1, deviceResident.account, MONEY);
        lapse(ID, _pair(resident.account, 400, deviceResident.account, MONEY));

        assertEq(token.balanceOf(resident.account), MONEY - 400);
        assertEq(token.balanceOf(deviceResident.account), 0);
        assertEq(token.totalSupply(), MONEY - 400);
        assertTrue(token.burnUsed(ID));
    }

    function test_gives_no_headroom_back() public {
        issueTo(resident.account, CAP - 2 * MONEY);

        lapse(ID, holding(resident.account, 500));

        assertEq(issuedIn(YEAR), CAP);
        assertEq(issuedOf(PROGRAMME), CAP);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        vm.prank(issuer);
        token.issue("one over", PROGRAMME, recipients(resident.account, 1));
    }

    function test_passes_over_who_is_no_resident_or_has_less_and_says_so() public {
        issueTo(shop.account, 100);
        Issuance.Holding[] memory list = new Issuance.Holding[](4);
        list[0] = Issuance.Holding(shop.account, PROGRAMME, 1);
        list[1] = Issuance.Holding(resident.account, PROGRAMME, MONEY + 1);
        list[2] = Issuance.Holding(stranger.account, PROGRAMME, 1);
        list[3] = Issuance.Holding(deviceResident.account, PROGRAMME, 1);

        for (uint256 i = 0; i < 3; ++i) {
            vm.expectEmit(address(token));
            emit ICityToken.BurnSkipped(ID, i, list[i].holder, list[i].amount);
        }
        vm.expectEmit(address(token));
        emit IERC20.Transfer(deviceResident.account, address(0), 1);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Lapsed, PROGRAMME, 3, deviceResident.account, 1);
        lapse(ID, list);

        assertEq(token.totalSupply(), 2 * MONEY + 100 - 1);
        assertEq(token.balanceOf(shop.account), 100);
        assertEq(token.balanceOf(resident.account), MONEY);
    }

    function test_a_holder_named_twice_lapses_twice_as_far_as_the_won_go() public {
        lapse(ID, _pair(resident.account, MONEY - 1, resident.account, 2));

        assertEq(token.balanceOf(resident.account), 1);
    }

    function test_frozen_won_lapse_too() public {
        freeze(resident.account);

        lapse(ID, holding(resident.account, MONEY));

        assertEq(token.balanceOf(resident.account), 0);
    }

    function test_goes_on_after_the_year_is_over() public {
        vm.warp(YEAR_ENDS + 365 days);

        lapse(ID, holding(resident.account, 1));

        assertEq(token.balanceOf(resident.account), MONEY - 1);
    }

    function test_refuses_none_and_zero_and_an_unknown_programme() public {
        Issuance.Holding[] memory nobody = new Issuance.Holding[](0);
        _refuses(nobody, abi.encodeWithSelector(ICityToken.Empty.selector));
        _refuses(
            _pair(resident.account, 1, deviceResident.account, 0),
            abi.encodeWithSelector(ICityToken.AmountZero.selector, 1)
        );
        _refuses(holding(resident.account, 7, 1), abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 7));
        _refuses(holding(resident.account, 0, 1), abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 0));
    }

    /// @dev A month's list names the programme of each holding.
    function test_a_list_tells_of_each_holding_which_programme_it_came_from() public {
        vm.startPrank(issuer);
        token.setProgramme(PROGRAMME, YEAR, CAP - 100);
        token.setProgramme(2, YEAR, 100);
        token.issue("of the second", 2, recipients(resident.account, 50));
        vm.stopPrank();
        Issuance.Holding[] memory list = _pair(resident.account, 400, resident.account, 50);
        list[1].programme = 2;

        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Lapsed, PROGRAMME, 0, resident.account, 400);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Lapsed, 2, 1, resident.account, 50);
        lapse(ID, list);

        assertEq(issuedOf(2), 50, "headroom does not come back");
        assertEq(token.balanceOf(resident.account), MONEY - 400);
    }

    /// @dev Who signs with a plain wallet reads the sum, not the list: the contract holds the one to the other.
    function test_refuses_a_sum_that_is_not_that_of_the_list() public {
        Issuance.Holding[] memory list = _pair(resident.account, 10, deviceResident.account, 20);
        for (uint256 wrong = 29; wrong <= 31; wrong += 2) {
            bytes memory fields = lapseFields(ID, wrong, list, NOW);
            (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
            vm.expectRevert(abi.encodeWithSelector(ICityToken.LapseSumWrong.selector, wrong, 30));
            token.lapse(ID, list, wrong, NOW, a, b);
        }
        lapse(ID, list);
    }

    /// @dev The sum is that of the list as it was signed, and a holder who is passed over stands in it.
    function test_a_list_that_sums_beyond_256_bits_wraps_to_nothing() public {
        Issuance.Holding[] memory list = _pair(resident.account, 10, deviceResident.account, type(uint256).max);
        bytes memory fields = lapseFields(ID, 9, list, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.LapseSumWrong.selector, 9, type(uint256).max));
        token.lapse(ID, list, 9, NOW, a, b);
    }

    /// @dev The old address of a recovery has nothing any more; what lapses is at the new one, in the next list.
    function test_passes_over_an_address_that_was_recovered_and_burns_at_its_new_one() public {
        address found_ = makeAddr("found again");
        address[] memory from = new address[](1);
        address[] memory to = new address[](1);
        (from[0], to[0]) = (resident.account, found_);
        bytes memory fields = abi.encode(
            keccak256("StartRecovery(address[] from,address[] to,uint256 version,uint256 deadline)"),
            keccak256(abi.encodePacked(from)),
            keccak256(abi.encodePacked(to)),
            1,
            NOW
        );
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        token.startRecovery(from, to, 1, NOW, a, b);
        lapse("under way", holding(resident.account, 1));
        vm.warp(NOW + RECOVERY_DELAY);
        token.finishRecovery(from);

        vm.expectEmit(address(token));
        emit ICityToken.BurnSkipped(ID, 0, resident.account, 400);
        lapse(ID, holding(resident.account, 400));
        lapse("next month", holding(found_, 400));

        assertEq(token.balanceOf(found_), MONEY - 401);
    }

    function test_refuses_one_official_alone_and_anybody_else() public {
        Issuance.Holding[] memory list = holding(resident.account, 1);
        bytes memory fields = lapseFields(ID, 1, list, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account));
        token.lapse(ID, list, 1, NOW, a, a);
        bytes memory strange = sign(stranger, fields);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.NotAnOfficial.selector, stranger.account));
        token.lapse(ID, list, 1, NOW, a, strange);
        vm.expectRevert(ICityToken.SignatureMissing.selector);
        vm.prank(issuer);
        token.lapse(ID, list, 1, NOW, a, "");

        token.lapse(ID, list, 1, NOW, b, a); // in either order
    }

    function test_each_signed_field_changed_once_lapses_nothing(uint8 field) public {
        Issuance.Holding[] memory list = _pair(resident.account, 10, deviceResident.account, 20);
        bytes memory fields = lapseFields(ID, 30, list, NOW + 10);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        Issuance.Holding[] memory sent = _pair(resident.account, 10, deviceResident.account, 20);
        bytes32 id = field % 8 == 0 ? bytes32("other") : ID;
        if (field % 8 == 1) sent[0].programme = 2;
        if (field % 8 == 2) ++sent[0].amount;
        if (field % 8 == 3) sent[1].holder = stranger.account;
        if (field % 8 == 4) (sent[0], sent[1]) = (sent[1], sent[0]);
        if (field % 8 == 5) sent = holding(resident.account, 10);
        uint256 deadline = field % 8 == 6 ? NOW + 11 : NOW + 10;
        uint256 sum = field % 8 == 7 ? 31 : 30;

        vm.expectPartialRevert(ICityToken.NotAnOfficial.selector);
        token.lapse(id, sent, sum, deadline, a, b);

        token.lapse(ID, list, 30, NOW + 10, a, b);
        assertEq(token.balanceOf(deviceResident.account), MONEY - 20, "as it was signed, it is good");
    }

    function test_is_good_in_its_last_second_and_not_after_and_once_only() public {
        Issuance.Holding[] memory list = holding(resident.account, 1);
        bytes memory fields = lapseFields(ID, 1, list, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        vm.warp(NOW + 1);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, NOW));
        token.lapse(ID, list, 1, NOW, a, b);

        vm.warp(NOW);
        token.lapse(ID, list, 1, NOW, a, b);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.BurnIdUsed.selector, ID));
        token.lapse(ID, list, 1, NOW, a, b);
    }

    function test_a_pause_stops_it() public {
        vm.prank(guardian);
        token.pause();
        _refuses(holding(resident.account, 1), abi.encodeWithSelector(Pausable.EnforcedPause.selector));

        vm.prank(guardian);
        token.unpause();
        lapse(ID, holding(resident.account, 1));
    }

    function _refuses(Issuance.Holding[] memory list, bytes memory reason) private {
        uint256 sum = sumOf(list);
        bytes memory fields = lapseFields(ID, sum, list, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        vm.expectRevert(reason);
        token.lapse(ID, list, sum, NOW, a, b);
    }

    function _pair(address one_, uint256 amount, address other, uint256 otherAmount)
        private
        pure
        returns (Issuance.Holding[] memory list)
    {
        list = new Issuance.Holding[](2);
        list[0] = Issuance.Holding(one_, PROGRAMME, amount);
        list[1] = Issuance.Holding(other, PROGRAMME, otherAmount);
    }
}
