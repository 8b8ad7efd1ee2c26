// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {CityToken, Founding} from "../src/CityToken.sol";
import {PaymentMessage} from "../src/PaymentMessage.sol";
import {ActsTest} from "./ActsTest.sol";
import {Key, Outcome, Payment} from "./CityTokenTest.sol";
import {PlainCityToken} from "./PlainCityToken.sol";

/// @title The loop in assembly does what its readable twin does, whatever is in the batch
/// @notice The committed artifact and PlainCityToken stand in turn at the same address, before the same storage, and are
/// sent the same bytes. Both must answer alike: the same events in the same order, the same words in every slot that
/// either has written, the same error where the batch can't be read. Accounts are laid into storage as they could be
/// after years: balances and nonces at the edges of their bits, windows full of holes.
contract TwinsTest is ActsTest {
    /// @dev What a call left behind, apart from storage.
    struct Trace {
        bool succeeded;
        bytes answer;
        Vm.Log[] logs;
        bytes32[] written; // slots, some more than once
    }

    uint256 private constant ACCOUNTS = 10;
    uint256 private constant BATCHES = 2;
    uint256 private constant MOST_GROUPS = 4;
    uint256 private constant MOST_RECORDS = 5;
    uint256 private constant LARGEST_UINT40 = type(uint40).max;
    uint256 private constant LARGEST_BALANCE = type(uint96).max;

    // The bits of a word, from the list at the head of AccountWord.sol.
    uint256 private constant FROZEN = 1 << 98;
    uint256 private constant RETIRED = 1 << 99;
    uint256 private constant RESERVED = 1 << 100;

    bytes private _loopCode;
    bytes private _plainCode;
    Key[] private _keys;
    bytes32[] private _slots;
    uint256 private _random;
    mapping(uint8 reason => uint256[2]) private _seen; // for each of the two schemes
    uint256 private _unreadable;

    function setUp() public override {
        super.setUp();
        _loopCode = address(token).code;
        _plainCode = _codeAtTheSameAddress(type(PlainCityToken).creationCode);
        _keys.push(Key(uint256(keccak256("treasury")), false, treasury));
        for (uint256 i = 1; i < ACCOUNTS; ++i) {
            string memory name = string.concat("twin ", vm.toString(i));
            _keys.push(i % 2 == 0 ? secp256k1Key(name) : p256Key(name));
        }
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            _slots.push(_slotOf(_keys[i].account));
        }
    }

    /// forge-config: default.fuzz.runs = 300
    function test_random_batches_leave_the_same_events_and_the_same_storage(uint256 seed) public {
        _random = seed;
        does(setKindsCall(_below(4) == 0 ? _below(1 << 16) & 0xeee0 : 0xeee0, seal()));
        _layAccounts();
        for (uint256 i = 0; i < BATCHES; ++i) {
            _assertTwins(_randomBatch());
        }
    }

    /// @dev The test above means little if its batches all end alike: each reason must turn up, in each scheme.
    function test_the_random_batches_meet_every_reason_in_both_schemes() public {
        for (uint256 seed = 1; seed <= 60; ++seed) {
            test_random_batches_leave_the_same_events_and_the_same_storage(seed);
        }

        for (uint8 reason = SETTLED; reason <= BALANCE_TOO_LOW; ++reason) {
            assertGt(_seen[reason][0], 0, vm.toString(reason));
            assertGt(_seen[reason][1], 0, vm.toString(reason));
        }
        assertGt(_unreadable, 0, "batches that can't be read");
    }

    function test_each_step_of_the_nonce_up_and_down() public {
        uint256[9] memory steps = [uint256(0), 1, 2, 62, 63, 64, 65, 66, 2 ** 39];
        uint256[2] memory windows = [uint256(1), type(uint64).max];
        for (uint256 i = 0; i < steps.length; ++i) {
            for (uint256 w = 0; w < windows.length; ++w) {
                uint256 highest = 2 ** 39;
                _layPayers(highest, windows[w], 1_000);
                _assertPairAlike(100, highest + steps[i] > LARGEST_UINT40 ? LARGEST_UINT40 : highest + steps[i]);
                _assertPairAlike(100, highest - steps[i]);
            }
        }
    }

    function test_the_last_nonces_that_a_record_can_carry() public {
        for (uint256 below = 0; below < 67; ++below) {
            _layPayers(LARGEST_UINT40 - below, 1, 1_000);
            _assertPairAlike(1, LARGEST_UINT40);
        }
    }

    function test_each_edge_of_amount_and_balance() public {
        uint256[6] memory balances = [uint256(0), 1, 2 ** 48 - 1, 2 ** 48, 2 ** 48 + 1, LARGEST_BALANCE];
        for (uint256 i = 0; i < balances.length; ++i) {
            uint256[5] memory amounts = [uint256(0), 1, balances[i], balances[i] + 1, 2 ** 48 - 1];
            for (uint256 j = 0; j < amounts.length; ++j) {
                _layPayers(5, 1, balances[i]);
                _assertPairAlike(amounts[j] < 2 ** 48 ? amounts[j] : 2 ** 48 - 1, 6);
            }
        }
    }

    /// @dev The test of the tests: a twin that does something else is found out.
    function test_a_contract_that_passes_over_its_first_record_is_no_twin() public {
        bytes memory careless = _codeAtTheSameAddress(type(CarelessCityToken).creationCode);
        bytes memory batch = one(payment(resident, shop.account, 1, 1));

        assertEq(_difference(_loopCode, _plainCode, batch), "");
        assertEq(_difference(_loopCode, careless, batch), "events");
    }

    // ---- Two codes at one address --------------------------------------------------------------------------------

    /// @dev The code as its constructor leaves it at the token's address, with that address and that domain in it. Its
    /// officials are others, because ours are in storage there already; they don't get into the code.
    function _codeAtTheSameAddress(bytes memory creationCode) private returns (bytes memory code) {
        uint256 before = vm.snapshotState();
        Founding memory with = founding();
        with.officials = [stranger.account, shop.account];
        vm.etch(address(token), abi.encodePacked(creationCode, abi.encode(with)));
        bool succeeded;
        (succeeded, code) = address(token).call("");
        require(succeeded, "the constructor returns the code");
        assertTrue(vm.revertToState(before));
    }

    function _assertTwins(bytes memory batch) private {
        assertEq(_difference(_loopCode, _plainCode, batch), "");
    }

    /// @dev Send the batch to the one code, then to the other, from the same state. Return what differs, or "", and go on
    /// in the state that the first has left.
    function _difference(bytes memory one_, bytes memory other, bytes memory batch) private returns (string memory) {
        uint256 before = vm.snapshotState();
        Trace memory first = _trace(one_, batch);
        uint256 afterFirst = vm.snapshotState();
        assertTrue(vm.revertToState(before));
        Trace memory second = _trace(other, batch);
        bytes32[] memory wordsOfSecond = _words(first.written, second.written);
        assertTrue(vm.revertToState(afterFirst));
        bytes32[] memory wordsOfFirst = _words(first.written, second.written);

        _count(first, batch);
        if (first.succeeded != second.succeeded) return "success";
        if (keccak256(first.answer) != keccak256(second.answer)) return "answer";
        if (keccak256(abi.encode(first.logs)) != keccak256(abi.encode(second.logs))) return "events";
        if (keccak256(abi.encode(wordsOfFirst)) != keccak256(abi.encode(wordsOfSecond))) return "storage";
        return "";
    }

    function _trace(bytes memory code, bytes memory batch) private returns (Trace memory trace) {
        vm.etch(address(token), code);
        vm.recordLogs();
        vm.record();
        vm.prank(settler);
        (trace.succeeded, trace.answer) = address(token).call(abi.encodeCall(token.settle, ("twins", batch)));
        (, trace.written) = vm.accesses(address(token));
        trace.logs = vm.getRecordedLogs();
    }

    function _words(bytes32[] memory some, bytes32[] memory others) private view returns (bytes32[] memory words) {
        words = new bytes32[](some.length + others.length);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = vm.load(address(token), i < some.length ? some[i] : others[i - some.length]);
        }
    }

    function _count(Trace memory trace, bytes memory batch) private {
        if (!trace.succeeded) {
            ++_unreadable;
            return;
        }
        Outcome memory outcome = outcomeOf(trace.logs);
        uint256 position = 0;
        uint256 index = 0;
        while (position < batch.length) {
            uint8 scheme = uint8(batch[position + 20]);
            uint256 count = uint256(uint8(batch[position + 21])) * 256 + uint8(batch[position + 22]);
            for (uint256 i = 0; i < count; ++i) {
                ++_seen[outcome.reasons[index++]][scheme];
            }
            position += 23 + count * (scheme == 0 ? 80 : 144);
        }
    }

    // ---- Accounts as they could be -------------------------------------------------------------------------------

    function _slotOf(address account) private returns (bytes32) {
        vm.record();
        token.balanceOf(account);
        (bytes32[] memory read,) = vm.accesses(address(token));
        return read[0];
    }

    /// @dev Every account anew. The balances sum to 96 bits at most, as the contract's own rules see to it.
    function _layAccounts() private {
        uint256 left = LARGEST_BALANCE;
        uint256 rich = _below(ACCOUNTS);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint256 balance = i == rich ? 2 ** 95 - _below(3) : _balance();
            if (balance > left) balance = left;
            left -= balance;
            vm.store(address(token), _slots[i], bytes32(_wordWith(balance)));
        }
    }

    function _wordWith(uint256 balance) private returns (uint256) {
        uint256 form = _below(16);
        if (form == 0) return 0; // nobody
        if (form == 1) return RESERVED;
        uint256 word = balance | ((_below(3) + 1) << 96) | _nonces();
        if (form == 2) return word | FROZEN | RETIRED;
        return form < 5 ? word | FROZEN : word;
    }

    function _balance() private returns (uint256) {
        uint256 form = _below(8);
        if (form == 0) return 0;
        if (form == 1) return 1;
        if (form == 2) return 2 ** 48 - 2 + _below(4);
        if (form == 3) return _draw() % 2 ** 60;
        return _below(5_000);
    }

    function _nonces() private returns (uint256) {
        uint256 form = _below(8);
        if (form == 0) return 0; // none used
        uint256 highest = _below(200);
        if (form == 1) highest = LARGEST_UINT40 - _below(67);
        if (form == 2) highest = 2 ** 39 - 2 + _below(4);
        return (highest << 128) | ((_draw() | 1) << 192);
    }

    /// @dev One payer of each scheme in this state, and a shop.
    function _layPayers(uint256 highest, uint256 window, uint256 balance) private {
        uint256 word = (uint256(RESIDENT) << 96) | balance | (highest << 128) | (window << 192);
        vm.store(address(token), _slots[1], bytes32(word));
        vm.store(address(token), _slots[2], bytes32(word));
        vm.store(address(token), _slots[3], bytes32(uint256(SHOP) << 96));
    }

    /// @dev This payment in each scheme, between two that are beyond doubt.
    function _assertPairAlike(uint256 amount, uint256 nonce) private {
        address payee = _keys[3].account;
        uint256 state = vm.snapshotState();
        _assertTwins(
            abi.encodePacked(
                header(payee, false, 2),
                record(payment(_keys[2], payee, amount, nonce)),
                record(payment(resident, payee, 1, 7)),
                header(payee, true, 2),
                record(payment(deviceResident, payee, 1, 7)),
                record(payment(_keys[1], payee, amount, nonce))
            )
        );
        assertTrue(vm.revertToState(state));
    }

    // ---- Batches -------------------------------------------------------------------------------------------------

    function _randomBatch() private returns (bytes memory batch) {
        uint256 groups = _below(MOST_GROUPS) + 1;
        for (uint256 g = 0; g < groups; ++g) {
            address payee = _payee();
            bool isP256 = _below(2) == 0;
            uint256 count = _below(MOST_RECORDS) + 1;
            batch = abi.encodePacked(batch, header(payee, isP256, count));
            for (uint256 i = 0; i < count; ++i) {
                batch = abi.encodePacked(batch, _randomRecord(payee, isP256));
            }
        }
        if (_below(16) == 0) return _garbled(batch);
    }

    /// @dev Cut off, with a tail, or with a byte of its first header changed.
    function _garbled(bytes memory batch) private returns (bytes memory) {
        uint256 form = _below(3);
        if (form == 0) {
            uint256 length = _below(batch.length);
            assembly ("memory-safe") {
                mstore(batch, length)
            }
            return batch;
        }
        if (form == 1) return abi.encodePacked(batch, bytes32(_draw()));
        batch[20 + _below(3)] = bytes1(uint8(_draw()));
        return batch;
    }

    function _payee() private returns (address) {
        uint256 form = _below(12);
        if (form == 0) return address(0);
        if (form == 1) return address(token);
        if (form == 2) return stranger.account;
        return _keys[_below(ACCOUNTS)].account;
    }

    function _randomRecord(address payee, bool isP256) private returns (bytes memory) {
        Key memory key = _keys[_below(ACCOUNTS)];
        while (key.isP256 != isP256) key = _keys[_below(ACCOUNTS)];
        (,,, uint64 highest,) = token.accountOf(key.account);
        Payment memory p = Payment(key, payee, _amount(key), _nonce(highest), _expires());
        return _below(4) == 0 ? _spoilt(p) : record(p);
    }

    function _amount(Key memory key) private returns (uint256) {
        uint256 form = _below(12);
        uint256 balance = token.balanceOf(key.account);
        if (form == 0) return 0;
        if (form == 1) return 2 ** 48 - 1;
        if (form == 2 && balance < 2 ** 48) return balance;
        if (form == 3 && balance < 2 ** 48 - 1) return balance + 1;
        return _below(300) + 1;
    }

    function _nonce(uint256 highest) private returns (uint256 nonce) {
        uint256 form = _below(16);
        uint256 far = [uint256(0), 1, 62, 63, 64, 65, 66, 2 ** 39][_below(8)];
        if (form < 3) nonce = highest + far;
        else if (form < 6) nonce = highest < far ? 0 : highest - far;
        else if (form == 6) nonce = LARGEST_UINT40;
        else nonce = highest + 1 + _below(3);
        if (nonce > LARGEST_UINT40) nonce = LARGEST_UINT40;
    }

    function _expires() private returns (uint256) {
        uint256 form = _below(12);
        if (form == 0) return 0;
        if (form < 4) return block.timestamp + form - 2;
        return LARGEST_UINT40;
    }

    /// @dev A record with something wrong about its signature – or nearly.
    function _spoilt(Payment memory p) private returns (bytes memory) {
        uint256 order = p.payer.isP256 ? P256_N : SECP256K1_N;
        (bytes32 r, bytes32 s) = signatureWords(p.payer, hashFor(p.payer, paymentFields(p)));
        uint256 form = _below(11);
        if (form == 0) (r, s) = (0, 0);
        if (form == 1) r = bytes32(_draw());
        if (form == 2) r = bytes32(order * _below(2));
        if (form == 3) s = bytes32(order - uint256(s));
        if (form == 4) s = bytes32((order / 2 + _below(2)) | (_below(2) << 255));
        if (form == 5) s ^= bytes32(uint256(1) << 255);
        if (form == 6) ++p.nonce;
        if (form == 7) ++p.amount;
        bytes memory packed = abi.encodePacked(r, s, uint48(p.amount), uint40(p.nonce), uint40(p.expires));
        if (!p.payer.isP256) return packed;
        (uint256 x, uint256 y) = vm.publicKeyP256(p.payer.secret);
        if (form == 8) (x, y) = (0, 0);
        if (form == 9) ++y; // not on the curve
        if (form == 10) (x, y) = vm.publicKeyP256(deviceResident.secret);
        return abi.encodePacked(packed, x, y);
    }

    function _draw() private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random;
    }

    function _below(uint256 bound_) private returns (uint256) {
        return _draw() % bound_;
    }
}

/// @notice A contract that takes the first record of each group for settled, and moves nothing.
contract CarelessCityToken is CityToken {
    constructor(Founding memory founding) CityToken(founding) {}

    function _payOrdinarily(PaymentMessage memory, uint256, uint256 scheme, uint256 begin, uint256)
        internal
        pure
        override
        returns (uint256 position, uint256 received)
    {
        return (begin + (scheme == 0 ? 80 : 144), 0);
    }
}
