// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VmSafe} from "forge-std/Vm.sol";

import {Kind} from "../src/AccountWord.sol";
import {CityToken} from "../src/CityToken.sol";
import {CityTokenSuccessor, Takeover} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {ActsTest, Seal} from "./ActsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @title A city that has lived, and the way from its contract to the next
/// @notice The snapshot is read from the old contract, in two lists. Where a creation is refused, the state from before
/// it is put back, because each creation uses an address up.
abstract contract SuccessionTest is ActsTest {
    uint256 internal constant LAST_PROGRAMME = 2; // of the year after YEAR

    CityToken internal old;
    CityTokenSuccessor internal next;
    bytes internal successorCode;
    address[] internal everybody;

    Key internal frozenResident;
    Key internal lost;
    address internal foundAgain = makeAddr("the new address of a lost key");

    /// @dev A city that has lived: payments, a redemption, a frozen resident, a recovery with won still to be swept, and
    /// budgets of two years with something issued in each.
    function setUp() public override {
        super.setUp();
        successorCode = artifact("CityTokenSuccessor");
        frozenResident = secp256k1Key("frozen resident");
        lost = secp256k1Key("resident who lost their key");
        register(frozenResident.account, RESIDENT);
        register(lost.account, RESIDENT);
        issueTo(frozenResident.account, 700);
        issueTo(lost.account, 900);
        freeze(frozenResident.account);
        openBudget(YEAR + 1, CAP);
        vm.prank(issuer);
        token.setProgramme(LAST_PROGRAMME, YEAR + 1, CAP / 2);
        vm.prank(issuer);
        token.issue("next year", LAST_PROGRAMME, recipients(resident.account, 5_000));
        settleOne(payment(resident, shop.account, 2_500, 1));
        settleOne(payment(shop, treasury, 500, 1));
        recover(lost.account, foundAgain);
        settleOne(payment(resident, lost.account, 40, 2));
        old = token;
        everybody = [treasury, resident.account, deviceResident.account, lost.account];
        everybody.push(shop.account);
        everybody.push(frozenResident.account);
        everybody.push(foundAgain);
    }

    /// @dev The whole way; from here on `token` is the successor.
    function succeed() internal {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        createSuccessor(closeFor(lists));
        for (uint256 i = 0; i < lists.length; ++i) {
            vm.prank(stranger.account);
            next.carryOver(lists[i]);
        }
        vm.prank(guardian);
        next.unpause();
    }

    /// @dev All accounts of the old contract as it tells them, in two lists.
    function listsOfOld() internal view returns (CityTokenSuccessor.Carried[][] memory lists) {
        lists = new CityTokenSuccessor.Carried[][](2);
        lists[0] = new CityTokenSuccessor.Carried[](4);
        lists[1] = new CityTokenSuccessor.Carried[](3);
        for (uint256 i = 0; i < everybody.length; ++i) {
            address account = everybody[i];
            (uint256 balance, Kind kind, bool frozen,,) = old.accountOf(account);
            (address to,, bool finished) = old.recoveryOf(account);
            lists[i / 4][i % 4] = CityTokenSuccessor.Carried(account, kind, frozen, balance, finished ? to : address(0));
        }
    }

    function hashesOf(CityTokenSuccessor.Carried[][] memory lists) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](lists.length);
        for (uint256 i = 0; i < lists.length; ++i) {
            hashes[i] = keccak256(abi.encode(lists[i]));
        }
    }

    function sumOf(CityTokenSuccessor.Carried[] memory carried) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < carried.length; ++i) {
            sum += carried[i].balance;
        }
    }

    /// @dev Pause and close the old contract for the one that this test makes next; return what that one is made with.
    function closeFor(CityTokenSuccessor.Carried[][] memory lists) internal returns (Takeover memory takeover) {
        pause();
        takeover = takeoverOf(nextAddress(), hashesOf(lists));
        does(closeCall(nextAddress(), keccak256(abi.encodePacked(takeover.chunks)), seal()));
    }

    function takeoverOf(address where, bytes32[] memory chunks) internal view returns (Takeover memory takeover) {
        takeover.predecessor = old;
        takeover.supply = old.totalSupply();
        takeover.chunks = chunks;
        takeover.fiscalYears = new uint256[](2);
        (takeover.fiscalYears[0], takeover.fiscalYears[1]) = (YEAR, YEAR + 1);
        takeover.programmes = new uint256[](2);
        (takeover.programmes[0], takeover.programmes[1]) = (PROGRAMME, LAST_PROGRAMME);
        takeover.deadline = block.timestamp + 1 hours;
        signTakeover(takeover, where);
    }

    function signTakeover(Takeover memory takeover, address where) internal view {
        bytes memory fields = takeoverFields(takeover);
        takeover.signatureA = signFor(where, officialA, fields);
        takeover.signatureB = signFor(where, officialB, fields);
    }

    function takeoverFields(Takeover memory takeover) internal pure returns (bytes memory) {
        return abi.encode(
            keccak256(
                "Takeover(address predecessor,uint256 supply,bytes32 snapshot,"
                "uint256[] fiscalYears,uint256[] programmes,uint256 deadline)"
            ),
            takeover.predecessor,
            takeover.supply,
            keccak256(abi.encodePacked(takeover.chunks)),
            keccak256(abi.encodePacked(takeover.fiscalYears)),
            keccak256(abi.encodePacked(takeover.programmes)),
            takeover.deadline
        );
    }

    function closeUnder(Seal memory by) internal view returns (bytes memory) {
        return closeCall(shop.account, "snapshot", by);
    }

    /// @dev In the domain of a contract that need not be there yet.
    function signFor(address where, Key memory key, bytes memory fields) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Test Coin"),
                keccak256("1"),
                block.chainid,
                where
            )
        );
        bytes32 hash = key.isP256
            ? sha256(abi.encodePacked(hex"1901", domain, fields))
            : keccak256(abi.encodePacked(hex"1901", domain, keccak256(fields)));
        (bytes32 r, bytes32 s) = signatureWords(key, hash);
        return key.isP256 ? abi.encodePacked(r, s, publicKey(key)) : abi.encodePacked(r, s);
    }

    function nextAddress() internal view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
    }

    function createSuccessor(Takeover memory takeover) internal {
        next = _created(takeover);
        assertEq(address(next), old.successor());
        token = next;
    }

    function refusesToCreate(Takeover memory takeover, bytes memory reason) internal {
        uint256 state = vm.snapshotState();
        vm.expectRevert(reason);
        _created(takeover);
        assertTrue(vm.revertToState(state));
    }

    /// @dev The artifact, as `found` deploys it.
    function _created(Takeover memory takeover) private returns (CityTokenSuccessor) {
        if (vm.isContext(VmSafe.ForgeContext.Coverage)) return new CityTokenSuccessor(founding(), takeover);
        return CityTokenSuccessor(create(successorCode, abi.encode(founding(), takeover)));
    }

    function notClosedForIt() internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            CityTokenSuccessor.PredecessorNotClosed.selector, old.successor(), old.snapshot(), old.totalSupply()
        );
    }

    function chunkUnknown(CityTokenSuccessor.Carried[] memory carried) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(CityTokenSuccessor.ChunkUnknown.selector, keccak256(abi.encode(carried)));
    }

    function carriedTwice(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(CityTokenSuccessor.CarriedTwice.selector, account);
    }

    function refusesList(CityTokenSuccessor.Carried[] memory carried, bytes memory reason) internal {
        vm.expectRevert(reason);
        next.carryOver(carried);
    }

    function refusesToUnpause(uint256 chunks, uint256 won) internal {
        refusesWhileUnfinished(chunks, won, guardian, abi.encodeCall(next.unpause, ()));
    }

    function refusesWhileUnfinished(uint256 chunks, uint256 won, address caller, bytes memory call) internal {
        refuses(abi.encodeWithSelector(CityTokenSuccessor.TakeoverUnfinished.selector, chunks, won), caller, call);
    }

    function isClosedTo(address caller, bytes memory call) internal {
        refuses(abi.encodeWithSelector(ICityToken.Closed.selector), caller, call);
    }

    function budgetIn(CityToken of_, uint256 year) internal view returns (bytes memory) {
        (uint256 cap, uint256 issued, uint256 programmed, uint256 version, uint256 starts, uint256 ends) =
            of_.budgetOf(year);
        return abi.encode(cap, issued, programmed, version, starts, ends);
    }

    function amendNow(uint256 cap, uint256 version) internal {
        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, block.timestamp);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, block.timestamp, a, b);
    }

    /// @dev A recovery from its start to its end, and the time it takes.
    function recover(address from, address to) internal {
        does(startCall(list(from), list(to), seal()));
        vm.warp(block.timestamp + RECOVERY_DELAY);
        token.finishRecovery(list(from));
    }
}
