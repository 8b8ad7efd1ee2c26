// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {CityToken, CityTokenSuccession} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {ActsTest, Seal} from "./ActsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @notice All that a closed contract asks of its successor.
contract FinishedSuccessor is CityTokenSuccession {
    function isFinished() external pure returns (bool) {
        return true;
    }
}

/// @notice A contract that one can be closed for; it never takes anything over.
contract Successor {}

/// @title Who may call what, and when: every function that is no reader, by every caller, in every state
/// @notice One table says it (`_doors`), and the ABI of the artifact says whether the table is whole. Each call is good
/// but for its caller: from the right one, in the right state, it goes through.
contract MatrixTest is ActsTest {
    /// @notice Who makes a function do something.
    enum Who {
        Holder, // of the role, and nobody else
        Nominee, // of the role, and nobody else
        TwoOfficials, // by their signatures, whoever sends them
        OwnKey, // by a signature of the account's own key, whoever sends it
        Anyone,
        Nobody
    }

    /// @notice What the guardian's pause is to a function.
    enum Pause {
        GoesOn,
        Stops,
        Needed
    }

    /// @notice A row of the table.
    struct Door {
        string name;
        Who who;
        bytes32 role;
        Pause pause;
        bytes call;
    }

    /// @notice Whose keys sign the calls: the two officials, the holder who cancels a purchase, the key that objects to
    /// its recovery.
    struct Signers {
        Key a;
        Key b;
        Key holder;
        Key objector;
    }

    address private nominee = makeAddr("nominee");
    address private target = makeAddr("target");
    Key private lost;
    uint256 private readyAt;

    /// @dev A city in which every function has something to do: won in the treasury, a nominee, a recovery that can be
    /// ended and objected to, and one that is done and has something to sweep.
    function setUp() public override {
        super.setUp();
        lost = p256Key("lost");
        address gone = makeAddr("gone");
        register(lost.account, RESIDENT);
        register(gone, RESIDENT);
        issueTo(treasury, 50);
        does(startCall(list(lost.account, gone), list(target, makeAddr("gone's new address")), seal()));
        readyAt = block.timestamp + RECOVERY_DELAY;
        vm.warp(readyAt);
        does(abi.encodeCall(token.finishRecovery, (list(gone))));
        does(nominateCall(SETTLER, nominee, seal()));
        issueTo(gone, 5);
    }

    // ---- The table -----------------------------------------------------------------------------------------------

    function _doors(Signers memory by) private returns (Door[] memory doors) {
        Seal memory act = Seal(by.a, by.b, token.actsVersion() + 1, block.timestamp);
        Seal memory rotation = Seal(by.a, by.b, token.officialsVersion() + 1, block.timestamp);

        _row("settle", Who.Holder, SETTLER, Pause.Stops, _settle());
        _row("issue", Who.Holder, ISSUER, Pause.Stops, _issue());
        _row("cancel", Who.Holder, ISSUER, Pause.Stops, _cancel(by.holder));
        _row("redeem", Who.Holder, ISSUER, Pause.Stops, _redeem());
        _row("setProgramme", Who.Holder, ISSUER, Pause.GoesOn, abi.encodeCall(token.setProgramme, (2, YEAR, 0)));
        _row("register", Who.Holder, REGISTRAR, Pause.GoesOn, abi.encodeCall(token.register, (list(address(5)), SHOP)));
        _row("setFrozen", Who.Holder, REGISTRAR, Pause.GoesOn, abi.encodeCall(token.setFrozen, (shop.account, true)));
        _row("pause", Who.Holder, GUARDIAN, Pause.Stops, abi.encodeCall(token.pause, ()));
        _row("unpause", Who.Holder, GUARDIAN, Pause.Needed, abi.encodeCall(token.unpause, ()));
        _row("acceptRole", Who.Nominee, SETTLER, Pause.GoesOn, abi.encodeCall(token.acceptRole, (SETTLER)));

        _row("setBudget", Who.TwoOfficials, "", Pause.GoesOn, _setBudget(by));
        _row("lapse", Who.TwoOfficials, "", Pause.Stops, _lapse(by));
        _row("rotateOfficial", Who.TwoOfficials, "", Pause.GoesOn, rotateCall(address(0), nominee, rotation));
        _row("nominate", Who.TwoOfficials, "", Pause.GoesOn, nominateCall(ISSUER, nominee, act));
        _row("revokeRole", Who.TwoOfficials, "", Pause.GoesOn, revokeCall(ISSUER, act));
        _row("setKindsAllowed", Who.TwoOfficials, "", Pause.GoesOn, setKindsCall(0, act));
        _row("startRecovery", Who.TwoOfficials, "", Pause.GoesOn, _startRecovery(act));
        _row("withdrawRecovery", Who.TwoOfficials, "", Pause.GoesOn, withdrawCall(list(lost.account), act));
        _row("close", Who.TwoOfficials, "", Pause.Needed, closeCall(address(new Successor()), "snapshot", act));
        _row("cancelRecovery", Who.OwnKey, "", Pause.GoesOn, _object(by.objector));

        _row("finishRecovery", Who.Anyone, "", Pause.GoesOn, _finishRecovery());
        _row("sweep", Who.Anyone, "", Pause.GoesOn, abi.encodeCall(token.sweep, (list(makeAddr("gone")))));

        _row("transfer", Who.Nobody, "", Pause.GoesOn, abi.encodeCall(token.transfer, (shop.account, 1)));
        _row("approve", Who.Nobody, "", Pause.GoesOn, abi.encodeCall(token.approve, (shop.account, 1)));
        _row("transferFrom", Who.Nobody, "", Pause.GoesOn, _transferFrom());

        doors = _rows;
        delete _rows;
    }

    Door[] private _rows;

    function _row(string memory name, Who who, bytes32 role, Pause pause_, bytes memory call) private {
        _rows.push(Door(name, who, role, pause_, call));
    }

    // ---- The table and the ABI -----------------------------------------------------------------------------------

    function test_the_table_names_every_function_of_the_abi_that_is_no_reader_and_no_other() public {
        string memory abi_ = vm.readFile("artifacts/CityToken.json");
        Door[] memory doors = _doors(_goodSigners());
        uint256 found_ = 0;
        for (uint256 i = 0; vm.keyExistsJson(abi_, _entry(i, "type")); ++i) {
            string memory type_ = vm.parseJsonString(abi_, _entry(i, "type"));
            assertFalse(_same(type_, "fallback") || _same(type_, "receive"), "the contract answers unnamed calls");
            if (!_same(type_, "function")) continue;
            if (_same(vm.parseJsonString(abi_, _entry(i, "stateMutability")), "view")) continue;
            string memory name = vm.parseJsonString(abi_, _entry(i, "name"));
            if (_same(name, "allowance")) continue; // a reader that reads nothing: always zero
            assertEq(_rowsNamed(doors, name), 1, string.concat(name, " has one row in the table"));
            ++found_;
        }
        assertEq(doors.length, found_, "the table has a row of a function that there is not");
        for (uint256 i = 0; i < doors.length; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                assertNotEq(bytes4(doors[i].call), bytes4(doors[j].call), "two rows call the same function");
            }
        }
    }

    // ---- Callers -------------------------------------------------------------------------------------------------

    function test_every_caller_can_call_exactly_what_its_role_allows() public {
        _everyCallerTriesEveryDoor(_callers(), false);
    }

    function test_in_a_pause_every_caller_can_call_exactly_what_its_role_allows_and_the_pause_leaves() public {
        pause();

        _everyCallerTriesEveryDoor(_callers(), true);
    }

    function test_after_a_handover_the_new_holders_can_do_all_and_the_old_ones_nothing() public {
        address[] memory callers = _callers();
        bytes32[4] memory roles = [ISSUER, SETTLER, REGISTRAR, GUARDIAN];
        for (uint256 i = 0; i < roles.length; ++i) {
            callers[i] = makeAddr(string.concat("new holder ", vm.toString(i)));
            does(nominateCall(roles[i], callers[i], seal()));
            does(callers[i], abi.encodeCall(token.acceptRole, (roles[i])));
        }
        does(nominateCall(SETTLER, nominee, seal()));

        _everyCallerTriesEveryDoor(callers, false);
        _everyCallerTriesEveryDoor(_callers(), false);
    }

    function test_after_a_revocation_nobody_can_do_what_the_role_could() public {
        bytes32[4] memory roles = [ISSUER, SETTLER, REGISTRAR, GUARDIAN];
        for (uint256 i = 0; i < roles.length; ++i) {
            does(revokeCall(roles[i], seal()));
        }

        _everyCallerTriesEveryDoor(_callers(), false);
    }

    function test_in_a_closed_contract_nobody_can_call_anything() public {
        pause();
        does(closeCall(address(new FinishedSuccessor()), "snapshot", seal()));
        Door[] memory doors = _doors(_goodSigners());
        address[] memory callers = _callers();

        for (uint256 i = 0; i < doors.length; ++i) {
            for (uint256 j = 0; j < callers.length; ++j) {
                _answers(doors[i], callers[j], _whenClosed(doors[i]));
            }
        }
        assertEq(token.balanceOf(resident.account), MONEY, "reading goes on");
    }

    // ---- Signatures ----------------------------------------------------------------------------------------------

    function test_without_two_different_officials_signatures_nobody_can_send_an_act() public {
        Signers memory signers = _goodSigners();
        signers.b = stranger;
        _nobodySends(Who.TwoOfficials, signers, notAnOfficial(stranger.account));
        signers.b = resident;
        _nobodySends(Who.TwoOfficials, signers, notAnOfficial(resident.account));
        signers.b = signers.a;
        _nobodySends(Who.TwoOfficials, signers, _sameTwice(officialA));
        (signers.a, signers.b) = (officialB, officialB);
        _nobodySends(Who.TwoOfficials, signers, _sameTwice(officialB));
    }

    function test_without_its_own_keys_signature_nobody_objects_to_an_accounts_recovery() public {
        Signers memory signers = _goodSigners();
        Key[3] memory wrong = [stranger, officialA, resident];
        for (uint256 i = 0; i < wrong.length; ++i) {
            signers.objector = wrong[i];
            bytes memory expected =
                abi.encodeWithSelector(ICityToken.SignerWrong.selector, lost.account, wrong[i].account);
            _nobodySends(Who.OwnKey, signers, expected);
        }
    }

    function test_the_issuer_cancels_nothing_without_a_residents_signature() public {
        Key[3] memory wrong = [stranger, officialA, shop];
        for (uint256 i = 0; i < wrong.length; ++i) {
            refuses(
                abi.encodeWithSelector(ICityToken.NotAResident.selector, wrong[i].account), issuer, _cancel(wrong[i])
            );
        }
        does(issuer, _cancel(resident));
    }

    // ---- Helpers: what a cell is to answer -----------------------------------------------------------------------

    function _everyCallerTriesEveryDoor(address[] memory callers, bool paused) private {
        Door[] memory doors = _doors(_goodSigners());
        for (uint256 i = 0; i < doors.length; ++i) {
            for (uint256 j = 0; j < callers.length; ++j) {
                bytes memory expected = _maySend(callers[j], doors[i])
                    ? _whenOpen(doors[i], paused)
                    : abi.encodeWithSelector(ICityToken.NotAuthorised.selector, callers[j], doors[i].role);
                _answers(doors[i], callers[j], expected);
            }
        }
    }

    function _nobodySends(Who who, Signers memory signers, bytes memory expected) private {
        address[] memory callers = _callers();
        uint256 state = vm.snapshotState();
        for (uint256 paused = 0; paused < 2; ++paused) {
            if (paused == 1) pause();
            Door[] memory doors = _doors(signers);
            for (uint256 i = 0; i < doors.length; ++i) {
                if (doors[i].who != who) continue;
                // Where the pause is the first thing in the way, the signatures aren't looked at.
                if (_whenOpen(doors[i], paused == 1).length != 0) continue;
                for (uint256 j = 0; j < callers.length; ++j) {
                    _answers(doors[i], callers[j], expected);
                }
            }
        }
        vm.revertToState(state);
    }

    /// @dev From one and the same state, the call is answered so; empty says that it goes through.
    function _answers(Door memory door, address caller, bytes memory expected) private {
        uint256 state = vm.snapshotState();

        vm.prank(caller);
        (bool ok, bytes memory answer) = address(token).call(door.call);

        string memory cell = string.concat(door.name, " by ", vm.getLabel(caller));
        assertEq(ok, expected.length == 0, cell);
        if (!ok) assertEq(answer, expected, cell);
        vm.revertToState(state);
    }

    function _maySend(address caller, Door memory door) private view returns (bool) {
        if (door.who == Who.Nominee) return caller == _nomineeFor(door.role);
        if (door.who != Who.Holder) return true;
        if (door.role == ISSUER) return caller == token.issuer();
        if (door.role == SETTLER) return caller == token.settler();
        if (door.role == REGISTRAR) return caller == token.registrar();
        return caller == token.guardian();
    }

    function _nomineeFor(bytes32 role) private view returns (address incoming) {
        (incoming,) = token.nominated(role);
    }

    /// @dev What the right caller is answered.
    function _whenOpen(Door memory door, bool paused) private pure returns (bytes memory) {
        if (door.who == Who.Nobody) return abi.encodeWithSelector(ICityToken.UseSignedPayment.selector);
        if (door.pause == Pause.Stops && paused) return abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        if (door.pause == Pause.Needed && !paused) return abi.encodeWithSelector(Pausable.ExpectedPause.selector);
        return "";
    }

    /// @dev What everybody is answered.
    function _whenClosed(Door memory door) private pure returns (bytes memory) {
        if (door.who == Who.Nobody) return abi.encodeWithSelector(ICityToken.UseSignedPayment.selector);
        // A closed contract is paused too, for good, and a lapse asks about the pause first.
        if (_same(door.name, "lapse")) return abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        return abi.encodeWithSelector(ICityToken.Closed.selector);
    }

    function _callers() private returns (address[] memory callers) {
        callers = new address[](11);
        (callers[0], callers[1], callers[2], callers[3]) = (issuer, settler, registrar, guardian);
        (callers[4], callers[5], callers[6]) = (treasury, nominee, address(token));
        (callers[7], callers[8]) = (officialA.account, officialB.account);
        (callers[9], callers[10]) = (resident.account, stranger.account);
        vm.label(address(token), "the contract");
        vm.label(officialA.account, "official A");
        vm.label(officialB.account, "official B");
        vm.label(resident.account, "resident");
        vm.label(stranger.account, "stranger");
    }

    // ---- Helpers: calls ------------------------------------------------------------------------------------------

    function _goodSigners() private view returns (Signers memory) {
        return Signers(officialA, officialB, resident, lost);
    }

    function _settle() private view returns (bytes memory) {
        return abi.encodeCall(token.settle, ("batch", one(payment(resident, shop.account, 1, 1))));
    }

    function _issue() private view returns (bytes memory) {
        return abi.encodeCall(token.issue, ("issue", PROGRAMME, recipients(shop.account, 1)));
    }

    function _cancel(Key memory holder) private view returns (bytes memory) {
        bytes memory fields = abi.encode(
            keccak256("Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)"),
            bytes32("cancel"),
            PROGRAMME,
            1,
            block.timestamp
        );
        return abi.encodeCall(token.cancel, ("cancel", PROGRAMME, 1, block.timestamp, sign(holder, fields)));
    }

    function _redeem() private view returns (bytes memory) {
        uint256[] memory amounts = new uint256[](1);
        amounts[0] = 50;
        return abi.encodeCall(token.redeem, ("redeem", amounts));
    }

    function _setBudget(Signers memory by) private view returns (bytes memory) {
        uint256 deadline = block.timestamp;
        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, 2, deadline);
        (bytes memory a, bytes memory b) = (sign(by.a, fields), sign(by.b, fields));
        return abi.encodeCall(token.setBudget, (YEAR, YEAR_STARTS, YEAR_ENDS, CAP, BASIS, 2, deadline, a, b));
    }

    function _lapse(Signers memory by) private view returns (bytes memory) {
        Issuance.Holding[] memory holdings = new Issuance.Holding[](1);
        holdings[0] = Issuance.Holding(resident.account, PROGRAMME, 1);
        bytes32 typehash = keccak256("Holding(address holder,uint256 programme,uint256 amount)");
        bytes32 holding = keccak256(abi.encode(typehash, resident.account, PROGRAMME, uint256(1)));
        bytes memory fields = abi.encode(
            keccak256(
                "Lapse(bytes32 burnId,uint256 sum,Holding[] holdings,uint256 deadline)"
                "Holding(address holder,uint256 programme,uint256 amount)"
            ),
            bytes32("lapse"),
            uint256(1),
            keccak256(abi.encode(holding)),
            block.timestamp
        );
        (bytes memory a, bytes memory b) = (sign(by.a, fields), sign(by.b, fields));
        return abi.encodeCall(token.lapse, ("lapse", holdings, 1, block.timestamp, a, b));
    }

    function _startRecovery(Seal memory by) private returns (bytes memory) {
        return startCall(list(deviceResident.account), list(makeAddr("another target")), by);
    }

    function _object(Key memory by) private view returns (bytes memory) {
        return objectCall(lost.account, target, readyAt, by);
    }

    function _finishRecovery() private view returns (bytes memory) {
        return abi.encodeCall(token.finishRecovery, (list(lost.account)));
    }

    function _transferFrom() private view returns (bytes memory) {
        return abi.encodeCall(token.transferFrom, (resident.account, shop.account, 1));
    }

    function _rowsNamed(Door[] memory doors, string memory name) private pure returns (uint256 rows) {
        for (uint256 i = 0; i < doors.length; ++i) {
            if (_same(doors[i].name, name)) ++rows;
        }
    }

    function _entry(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(index), "].", field);
    }

    function _same(string memory one_, string memory other) private pure returns (bool) {
        return keccak256(bytes(one_)) == keccak256(bytes(other));
    }

    function _sameTwice(Key memory official) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, official.account);
    }
}
