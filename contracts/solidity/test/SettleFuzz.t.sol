// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ActsTest} from "./ActsTest.sol";
import {Key, Outcome, Payment} from "./CityTokenTest.sol";
import {PlainPayment, ReferenceBooks} from "./ReferenceBooks.sol";

/// @title Random batches come to the same in the contract and in the plain reference
contract SettleFuzzTest is ActsTest {
    uint256 private constant BATCHES = 4;
    uint256 private constant MOST_GROUPS = 4;
    uint256 private constant MOST_RECORDS = 5;

    ReferenceBooks private _books;
    Key[] private _keys;
    uint256 private _random;
    mapping(uint8 reason => uint256) private _seen;
    mapping(address account => mapping(uint8 reason => uint256)) private _seenOf;
    uint256 private _swept;
    Key private _lost;
    Key private _foundAgain;
    Key private _reserved;

    function setUp() public override {
        super.setUp();
        _keys.push(resident);
        _keys.push(deviceResident);
        _keys.push(shop);
        _keys.push(p256Key("shop with a device"));
        _keys.push(stranger);
        _keys.push(p256Key("strange device"));
        _keys.push(p256Key("frozen resident"));
        register(_keys[3].account, SHOP);
        register(_keys[6].account, RESIDENT);
        issueTo(_keys[3].account, 500);
        issueTo(_keys[6].account, 500);
        freeze(_keys[6].account);

        _books = new ReferenceBooks(KINDS_ALLOWED);
        for (uint256 i = 0; i < _keys.length; ++i) {
            address account = _keys[i].account;
            (, uint8 kind) = _balanceAndKind(account);
            _books.enter(account, kind, token.balanceOf(account));
        }
        _books.enter(treasury, 3, 0);
        _books.setFrozen(_keys[6].account, true);
        _recoverOneAndStartAnother();
    }

    /// @dev A lost resident's account is retired, in favour of a device's key; a third key's is kept for a shop.
    function _recoverOneAndStartAnother() private {
        _lost = secp256k1Key("resident who lost their key");
        _foundAgain = p256Key("the lost resident's device");
        _reserved = secp256k1Key("reserved for the shop");
        register(_lost.account, RESIDENT);
        issueTo(_lost.account, 500);
        does(startCall(list(_lost.account), list(_foundAgain.account), seal()));
        vm.warp(block.timestamp + RECOVERY_DELAY);
        token.finishRecovery(list(_lost.account));
        does(startCall(list(shop.account), list(_reserved.account), seal()));

        _books.enter(_lost.account, RESIDENT, 500);
        _books.recover(_lost.account, _foundAgain.account);
        _keys.push(_lost);
        _keys.push(_foundAgain);
        _keys.push(_reserved);
    }

    function test_random_batches_settle_as_in_the_reference(uint256 seed) public {
        _random = seed;
        for (uint256 i = 0; i < BATCHES; ++i) {
            _settleOneBatch();
            _booksAgree();
            _freezeOrThawOne();
            _sweepWhatWasSentToTheLostAddress();
            _booksAgree();
        }
    }

    /// @dev The test above means little if its batches all end alike: over a few seeds each reason must turn up.
    function test_the_random_batches_meet_every_reason() public {
        for (uint256 seed = 1; seed <= 12; ++seed) {
            test_random_batches_settle_as_in_the_reference(seed);
        }
        for (uint8 reason = SETTLED; reason <= BALANCE_TOO_LOW; ++reason) {
            assertGt(_seen[reason], 0, vm.toString(reason));
        }
        assertGt(_seenOf[_lost.account][PAYER_FROZEN], 0, "the retired account pays nobody");
        assertGt(_seenOf[_foundAgain.account][SETTLED], 0, "the one that took its place does");
        assertGt(_seenOf[_reserved.account][PAYER_UNKNOWN], 0, "what is kept for a recovery is no account");
        assertGt(_swept, 0, "the retired account receives");
    }

    function _freezeOrThawOne() private {
        address account = _keys[_below(3)].account;
        bool frozen = _below(3) == 0;
        vm.prank(registrar);
        token.setFrozen(account, frozen);
        _books.setFrozen(account, frozen);
    }

    function _sweepWhatWasSentToTheLostAddress() private {
        _swept += token.balanceOf(_lost.account);
        token.sweep(list(_lost.account));
        _books.sweep(_lost.account, _foundAgain.account);
    }

    function _settleOneBatch() private {
        uint8[] memory expected = new uint8[](MOST_GROUPS * MOST_RECORDS);
        uint256 records = 0;
        uint256 total = 0;
        bytes memory batch;
        uint256 groups = _below(MOST_GROUPS) + 1;
        for (uint256 g = 0; g < groups; ++g) {
            address payee = _below(6) == 0 ? treasury : _keys[_below(_keys.length)].account;
            bool isP256 = _below(2) == 0;
            uint256 count = _below(MOST_RECORDS) + 1;
            batch = abi.encodePacked(batch, header(payee, isP256, count));
            for (uint256 i = 0; i < count; ++i) {
                (bytes memory packed, PlainPayment memory plain) = _randomRecord(payee, isP256);
                batch = abi.encodePacked(batch, packed);
                uint8 reason = _books.pay(plain);
                if (reason == SETTLED) total += plain.amount;
                ++_seen[reason];
                ++_seenOf[plain.payer][reason];
                expected[records++] = reason;
            }
        }

        Outcome memory outcome = settle(batch);

        assertEq(outcome.reasons.length, records);
        assertEq(outcome.total, total);
        for (uint256 i = 0; i < records; ++i) {
            assertEq(outcome.reasons[i], expected[i]);
        }
    }

    function _randomRecord(address payee, bool isP256)
        private
        returns (bytes memory packed, PlainPayment memory plain)
    {
        Key memory key = _keys[_below(_keys.length)];
        while (key.isP256 != isP256) key = _keys[_below(_keys.length)];
        Payment memory p = Payment(key, payee, _amount(key), _nonce(key), _expires());
        plain = PlainPayment(key.account, true, payee, p.amount, p.nonce, p.expires);
        packed = record(p);
        if (_below(12) == 0) {
            // A signature of zeros: made by nobody, in either scheme.
            plain.signatureGood = false;
            packed = recordWith(p, 0, 0);
        }
    }

    function _amount(Key memory key) private returns (uint256) {
        uint256 balance = _books.balance(key.account);
        uint256 kind = _below(10);
        if (kind == 0) return 0;
        if (kind == 1) return balance;
        if (kind == 2) return balance + 1;
        if (kind == 3) return type(uint48).max;
        return _below(300) + 1;
    }

    function _nonce(Key memory key) private returns (uint256) {
        uint256 highest = _books.highestNonce(key.account);
        uint256 kind = _below(10);
        if (kind == 0) return highest;
        if (kind == 1 && highest >= 65) return highest - 62 - _below(4);
        if (kind == 2 && highest < 2 ** 39) return highest + 62 + _below(4);
        if (kind == 3 && highest >= 8) return highest - _below(8);
        return highest + 1 + _below(3);
    }

    function _expires() private returns (uint256) {
        uint256 kind = _below(12);
        if (kind == 0) return block.timestamp - 1;
        if (kind == 1) return block.timestamp;
        if (kind == 2) return type(uint40).max;
        return block.timestamp + 60;
    }

    function _booksAgree() private view {
        uint256 sum = token.balanceOf(treasury);
        assertEq(sum, _books.balance(treasury));
        for (uint256 i = 0; i < _keys.length; ++i) {
            address account = _keys[i].account;
            (uint256 balance, uint8 kind) = _balanceAndKind(account);
            (,, bool frozen, uint64 highestNonce, uint64 window) = token.accountOf(account);
            assertEq(balance, _books.balance(account));
            assertEq(kind, _books.kind(account));
            assertEq(frozen, _books.frozen(account));
            assertEq(highestNonce, _books.highestNonce(account));
            for (uint256 age = 0; age < 64 && age <= highestNonce; ++age) {
                assertEq((window >> age) & 1 == 1, _books.used(account, highestNonce - age));
            }
            sum += balance;
        }
        assertEq(sum, token.totalSupply());
    }

    function _balanceAndKind(address account) private view returns (uint256 balance, uint8 kind) {
        (bool ok, bytes memory answer) = address(token).staticcall(abi.encodeCall(token.accountOf, (account)));
        require(ok, "accountOf answers");
        (balance, kind,,,) = abi.decode(answer, (uint256, uint8, bool, uint64, uint64));
    }

    function _below(uint256 bound_) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound_;
    }
}
