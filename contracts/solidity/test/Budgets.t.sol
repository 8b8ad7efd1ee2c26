// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICityToken} from "../src/ICityToken.sol";
import {CityTokenTest, Key} from "./CityTokenTest.sol";

/// @title Two different officials of the moment sign a budget, once and in time, or the cap stays what it was
contract BudgetsTest is CityTokenTest {
    uint256 private constant NEW_CAP = 2_000_000;

    // ---- What is taken -------------------------------------------------------------------------------------------

    function test_two_officials_amend_a_budget_and_anyone_may_send_it() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);

        vm.expectEmit(address(token));
        emit ICityToken.BudgetSet(YEAR, NEW_CAP, BASIS, 2, YEAR_STARTS, YEAR_ENDS, officialA.account, officialB.account);
        vm.prank(stranger.account);
        _set(NEW_CAP, 2, NOW, sign(officialA, fields), sign(officialB, fields));

        (uint256 cap, uint256 issued, uint256 programmed, uint256 version, uint256 starts, uint256 ends,) =
            token.budgetOf(YEAR);
        assertEq(cap, NEW_CAP);
        assertEq(issued, 2 * MONEY);
        assertEq(programmed, CAP);
        assertEq(version, 2);
        assertEq(starts, YEAR_STARTS);
        assertEq(ends, YEAR_ENDS);
    }

    function test_the_two_may_sign_in_either_order() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);

        _set(NEW_CAP, 2, NOW, sign(officialB, fields), sign(officialA, fields));

        assertEq(capOf(YEAR), NEW_CAP);
    }

    // ---- What is not ---------------------------------------------------------------------------------------------

    function test_refuses_a_budget_with_one_signature() public {
        bytes memory a = sign(officialA, _fields(NEW_CAP, 2, NOW));

        _refuses(abi.encodeWithSelector(ICityToken.SignatureMissing.selector), NEW_CAP, 2, NOW, a, "");
        _refuses(abi.encodeWithSelector(ICityToken.SignatureMissing.selector), NEW_CAP, 2, NOW, "", a);
    }

    function test_refuses_the_same_official_twice_in_either_scheme() public {
        bytes memory a = sign(officialA, _fields(NEW_CAP, 2, NOW));
        bytes memory b = sign(officialB, _fields(NEW_CAP, 2, NOW));

        _refuses(
            abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account), NEW_CAP, 2, NOW, a, a
        );
        _refuses(
            abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialB.account), NEW_CAP, 2, NOW, b, b
        );
    }

    function test_refuses_a_stranger_in_either_place_and_scheme() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);
        bytes memory a = sign(officialA, fields);
        Key memory strangeDevice = p256Key("a stranger's device");

        _refuses(_notAnOfficial(stranger.account), NEW_CAP, 2, NOW, a, sign(stranger, fields));
        _refuses(_notAnOfficial(stranger.account), NEW_CAP, 2, NOW, sign(stranger, fields), a);
        _refuses(_notAnOfficial(strangeDevice.account), NEW_CAP, 2, NOW, a, sign(strangeDevice, fields));
    }

    function test_refuses_a_revoked_official() public {
        Key memory successor = secp256k1Key("successor");
        _rotate(officialA, successor.account, 1);
        bytes memory fields = _fields(NEW_CAP, 2, NOW);

        _refuses(_notAnOfficial(officialA.account), NEW_CAP, 2, NOW, sign(officialA, fields), sign(officialB, fields));

        _set(NEW_CAP, 2, NOW, sign(successor, fields), sign(officialB, fields));
        assertEq(capOf(YEAR), NEW_CAP, "the successor signs");
    }

    function test_refuses_an_older_version_and_one_too_far() public {
        for (uint256 version = 0; version <= 3; ++version) {
            if (version == 2) continue;
            bytes memory fields = _fields(NEW_CAP, version, NOW);
            _refuses(
                abi.encodeWithSelector(ICityToken.BudgetVersionWrong.selector, 2, version),
                NEW_CAP,
                version,
                NOW,
                sign(officialA, fields),
                sign(officialB, fields)
            );
        }
    }

    function test_refuses_an_older_amendment_played_again() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        _set(NEW_CAP, 2, NOW, a, b);
        amendBudget(YEAR, CAP, 3);

        _refuses(abi.encodeWithSelector(ICityToken.BudgetVersionWrong.selector, 4, 2), NEW_CAP, 2, NOW, a, b);
    }

    function test_refuses_a_past_deadline_and_takes_the_last_second() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));

        vm.warp(NOW + 1);
        _refuses(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, NOW), NEW_CAP, 2, NOW, a, b);

        vm.warp(NOW);
        _set(NEW_CAP, 2, NOW, a, b);
        assertEq(capOf(YEAR), NEW_CAP);
    }

    function test_refuses_signatures_of_any_other_length(uint8 length) public {
        vm.assume(length != 0 && length != 64 && length != 128);
        bytes memory a = sign(officialA, _fields(NEW_CAP, 2, NOW));

        _refuses(abi.encodeWithSelector(ICityToken.SignatureMalformed.selector), NEW_CAP, 2, NOW, a, new bytes(length));
    }

    function test_refuses_signatures_of_zeros() public {
        bytes memory a = sign(officialA, _fields(NEW_CAP, 2, NOW));

        _refuses(_notAnOfficial(address(0)), NEW_CAP, 2, NOW, a, new bytes(64));
        _refuses(abi.encodeWithSelector(ICityToken.SignatureInvalidP256.selector), NEW_CAP, 2, NOW, a, new bytes(128));
    }

    function test_refuses_the_high_s_of_either_scheme() public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW);
        (bytes32 r, bytes32 s) = signatureWords(officialB, hashFor(officialB, fields));
        bytes memory highP256 = abi.encodePacked(r, P256_N - uint256(s), publicKey(officialB));
        bytes memory high = abi.encodePacked(r, SECP256K1_N / 2 + 1);

        _refuses(
            abi.encodeWithSelector(ICityToken.SignatureInvalidP256.selector),
            NEW_CAP,
            2,
            NOW,
            sign(officialA, fields),
            highP256
        );
        _refuses(_notAnOfficial(address(0)), NEW_CAP, 2, NOW, high, sign(officialB, fields));
    }

    function test_refuses_terms_other_than_the_signed_ones(uint8 field) public {
        bytes memory fields = _fields(NEW_CAP, 2, NOW + 10);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        uint256[7] memory terms = [YEAR, YEAR_STARTS, YEAR_ENDS, NEW_CAP, uint256(BASIS), 2, NOW + 10];
        uint256 changed = field % 7;
        vm.assume(changed != 0 && changed != 5); // another year or version is refused by its version first
        ++terms[changed];

        vm.expectPartialRevert(ICityToken.NotAnOfficial.selector);
        token.setBudget(terms[0], terms[1], terms[2], terms[3], bytes32(terms[4]), terms[5], terms[6], a, b);
    }

    function test_refuses_signatures_for_another_contract() public {
        bytes memory fields = _fields(NEW_CAP, 1, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        token = found(founding());

        vm.expectPartialRevert(ICityToken.NotAnOfficial.selector);
        _set(NEW_CAP, 1, NOW, a, b);

        openBudget(YEAR, NEW_CAP);
        assertEq(capOf(YEAR), NEW_CAP, "signed for this one, it opens");
    }

    function test_a_cap_may_fall_to_what_is_issued_and_programmed_and_not_below() public {
        vm.prank(issuer);
        token.setProgramme(PROGRAMME, YEAR, 2 * MONEY);
        (bytes memory a, bytes memory b) = _signedBoth(_fields(2 * MONEY - 1, 2, NOW));
        _refuses(
            abi.encodeWithSelector(ICityToken.BudgetBelowIssued.selector, 2 * MONEY - 1, 2 * MONEY),
            2 * MONEY - 1,
            2,
            NOW,
            a,
            b
        );

        amendBudget(YEAR, 2 * MONEY, 2);

        assertEq(capOf(YEAR), 2 * MONEY);
    }

    function test_refuses_a_cap_below_what_the_programmes_were_promised() public {
        (bytes memory a, bytes memory b) = _signedBoth(_fields(CAP - 1, 2, NOW));

        _refuses(abi.encodeWithSelector(ICityToken.BudgetBelowProgrammes.selector, CAP - 1, CAP), CAP - 1, 2, NOW, a, b);
    }

    function test_refuses_a_cap_of_more_than_96_bits_and_takes_the_greatest() public {
        uint256 tooLarge = uint256(type(uint96).max) + 1;
        (bytes memory a, bytes memory b) = _signedBoth(_fields(tooLarge, 2, NOW));
        _refuses(abi.encodeWithSelector(ICityToken.BudgetCapTooLarge.selector, tooLarge), tooLarge, 2, NOW, a, b);

        amendBudget(YEAR, type(uint96).max, 2);

        assertEq(capOf(YEAR), type(uint96).max);
    }

    function test_refuses_a_period_that_ends_before_it_begins_or_beyond_64_bits() public {
        _refusesPeriod(5, 5);
        _refusesPeriod(6, 5);
        _refusesPeriod(5, uint256(type(uint64).max) + 1);
    }

    /// @dev What purpose and legal basis hash to is told, and kept, as the two signed it.
    function test_a_budget_keeps_its_basis_and_another_one_with_the_next_version() public {
        assertEq(_basisOf(YEAR), BASIS);
        bytes32 other = sha256("an ordinance");
        bytes memory fields = _fieldsFor(other);
        (bytes memory a, bytes memory b) = _signedBoth(fields);

        vm.expectEmit(address(token));
        emit ICityToken.BudgetSet(YEAR, CAP, other, 2, YEAR_STARTS, YEAR_ENDS, officialA.account, officialB.account);
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, other, 2, NOW, a, b);

        assertEq(_basisOf(YEAR), other);
    }

    function test_refuses_a_budget_without_a_basis() public {
        (bytes memory a, bytes memory b) = _signedBoth(_fieldsFor(0));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.BudgetBasisMissing.selector, YEAR));
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, 0, 2, NOW, a, b);
    }

    function test_refuses_year_zero_and_one_past_9999() public {
        _refusesYear(0);
        _refusesYear(10_000);
    }

    // ---- Programmes ----------------------------------------------------------------------------------------------

    function test_programmes_share_the_cap_to_the_last_won() public {
        _program(PROGRAMME, YEAR, CAP - 400);
        _program(2, YEAR, 400);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.ProgrammesExceedBudget.selector, YEAR, CAP, CAP + 1));
        _program(2, YEAR, 401);
        vm.expectRevert(
            abi.encodeWithSelector(ICityToken.ProgrammesExceedBudget.selector, YEAR, CAP, type(uint256).max)
        );
        _program(2, YEAR, type(uint256).max);

        (uint256 year, uint256 cap, uint256 issued) = token.programmeOf(2);
        assertEq(year, YEAR);
        assertEq(cap, 400);
        assertEq(issued, 0);
    }

    function test_a_programme_is_set_with_its_event() public {
        _program(PROGRAMME, YEAR, CAP - 5);

        vm.expectEmit(address(token));
        emit ICityToken.ProgrammeSet(9, YEAR, 5);
        _program(9, YEAR, 5);
    }

    function test_a_programmes_year_never_changes() public {
        openBudget(YEAR + 1, CAP);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.ProgrammeYearFixed.selector, PROGRAMME, YEAR));
        _program(PROGRAMME, YEAR + 1, 5);
    }

    function test_a_programmes_cap_may_fall_to_what_is_issued_and_not_below() public {
        _program(PROGRAMME, YEAR, 2 * MONEY);

        vm.expectRevert(
            abi.encodeWithSelector(ICityToken.ProgrammeBelowIssued.selector, PROGRAMME, 2 * MONEY - 1, 2 * MONEY)
        );
        _program(PROGRAMME, YEAR, 2 * MONEY - 1);
    }

    function test_refuses_a_programme_of_a_year_without_budget_and_programme_zero() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.NoBudget.selector, YEAR + 1));
        _program(2, YEAR + 1, 5);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 0));
        _program(0, YEAR, 5);
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _basisOf(uint256 year) private view returns (bytes32 basis) {
        (,,,,,, basis) = token.budgetOf(year);
    }

    /// @dev The second version of the year's budget, as it is, for another reason.
    function _fieldsFor(bytes32 basis) private pure returns (bytes memory) {
        return abi.encode(
            keccak256(
                "Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,bytes32 basis,uint256 version,uint256 deadline)"
            ),
            YEAR,
            YEAR_STARTS,
            YEAR_ENDS,
            CAP,
            basis,
            2,
            NOW
        );
    }

    function _fields(uint256 cap, uint256 version, uint256 deadline) private pure returns (bytes memory) {
        return budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, deadline);
    }

    function _signedBoth(bytes memory fields) private view returns (bytes memory a, bytes memory b) {
        return (sign(officialA, fields), sign(officialB, fields));
    }

    function _set(uint256 cap, uint256 version, uint256 deadline, bytes memory a, bytes memory b) private {
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, cap, BASIS, version, deadline, a, b);
    }

    /// @dev The budget reverts with this very error, and the node says what it said before.
    function _refuses(
        bytes memory expected,
        uint256 cap,
        uint256 version,
        uint256 deadline,
        bytes memory a,
        bytes memory b
    ) private {
        (uint256 capBefore, uint256 versionBefore) = (capOf(YEAR), versionOf(YEAR));

        vm.expectRevert(expected);
        _set(cap, version, deadline, a, b);

        assertEq(capOf(YEAR), capBefore, "the cap is unchanged");
        assertEq(versionOf(YEAR), versionBefore);
    }

    function _refusesPeriod(uint256 starts, uint256 ends) private {
        (bytes memory a, bytes memory b) = _signedBoth(budgetFields(YEAR, starts, ends, CAP, 2, NOW));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.BudgetPeriodWrong.selector, starts, ends));
        token.setBudget(YEAR, starts, ends, CAP, BASIS, 2, NOW, a, b);
    }

    function _refusesYear(uint256 year) private {
        (bytes memory a, bytes memory b) = _signedBoth(budgetFields(year, YEAR_STARTS, YEAR_ENDS, CAP, 1, NOW));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.BudgetYearWrong.selector, year));
        token.setBudget(year, YEAR_STARTS, YEAR_ENDS, CAP, BASIS, 1, NOW, a, b);
    }

    function _rotate(Key memory outgoing, address incoming, uint256 version) private {
        (bytes memory a, bytes memory b) = _signedBoth(rotationFields(outgoing.account, incoming, version, NOW));
        token.rotateOfficial(outgoing.account, incoming, version, NOW, a, b);
    }

    function _program(uint256 programme, uint256 year, uint256 cap) private {
        vm.prank(issuer);
        token.setProgramme(programme, year, cap);
    }

    function _notAnOfficial(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.NotAnOfficial.selector, signer);
    }
}
