// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Vm, VmSafe} from "forge-std/Vm.sol";

import {Kind} from "../src/AccountWord.sol";
import {CityToken, Founding} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";

/// @notice A key that signs, and the account that is its.
struct Key {
    uint256 secret;
    bool isP256;
    address account;
}

/// @notice A payment as a person thinks of it.
struct Payment {
    Key payer;
    address payee;
    uint256 amount;
    uint256 nonce;
    uint256 expires;
}

/// @notice What the events of one `settle` say.
struct Outcome {
    uint8[] reasons; // one a record, in order; 0 for a settled one
    uint256 settled;
    uint256 refused;
    uint256 total;
}

/// @title What the tests of CityToken share: a small city, keys, and the encoding of messages and batches
/// @notice The encodings are written here once more, from the specification and without the contract's own code.
abstract contract CityTokenTest is Test {
    uint256 internal constant SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 internal constant P256_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;

    uint8 internal constant SETTLED = 0;
    uint8 internal constant SIGNATURE_INVALID = 1;
    uint8 internal constant PAYER_UNKNOWN = 2;
    uint8 internal constant NONCE_USED = 3;
    uint8 internal constant EXPIRED = 4;
    uint8 internal constant PAYER_FROZEN = 5;
    uint8 internal constant PAYMENT_NOT_ALLOWED = 6;
    uint8 internal constant SELF_PAYMENT = 7;
    uint8 internal constant AMOUNT_ZERO = 8;
    uint8 internal constant BALANCE_TOO_LOW = 9;

    uint8 internal constant RESIDENT = uint8(Kind.Resident);
    uint8 internal constant SHOP = uint8(Kind.Shop);

    /// @dev Residents pay residents and shops; shops pay residents, shops and the treasury; the treasury pays shops.
    uint16 internal constant KINDS_ALLOWED = uint16((1 << 5) | (1 << 6) | (1 << 9) | (1 << 10) | (1 << 11) | (1 << 14));

    uint256 internal constant YEAR = 2026;
    uint256 internal constant YEAR_STARTS = 1_767_193_200; // 2026-01-01 00:00 in Seoul
    uint256 internal constant YEAR_ENDS = 1_799_074_799; // 2027-01-04 23:59:59 in Seoul
    uint256 internal constant NOW = 1_780_000_000;
    uint256 internal constant CAP = 1_000_000;
    bytes32 internal constant BASIS = "why";
    uint256 internal constant PROGRAMME = 1;
    uint256 internal constant MONEY = 10_000;
    uint64 internal constant RECOVERY_DELAY = 3 days;

    CityToken internal token;
    bytes private _creationCode;

    address internal issuer = makeAddr("issuer");
    address internal settler = makeAddr("settler");
    address internal registrar = makeAddr("registrar");
    address internal guardian = makeAddr("guardian");
    address internal treasury = makeAddr("treasury");

    Key internal officialA;
    Key internal officialB;
    Key internal resident;
    Key internal deviceResident;
    Key internal shop;
    Key internal stranger;

    /// @dev Two officials (one key of each scheme), two residents with MONEY (likewise), a shop, a stranger.
    function setUp() public virtual {
        vm.warp(NOW);
        officialA = secp256k1Key("official A");
        officialB = p256Key("official B");
        resident = secp256k1Key("resident");
        deviceResident = p256Key("resident with a device key");
        shop = secp256k1Key("shop");
        stranger = secp256k1Key("stranger");
        token = found(founding());
        openBudget(YEAR, CAP);
        vm.prank(issuer);
        token.setProgramme(PROGRAMME, YEAR, CAP);
        register(resident.account, RESIDENT);
        register(deviceResident.account, RESIDENT);
        register(shop.account, SHOP);
        issueTo(resident.account, MONEY);
        issueTo(deviceResident.account, MONEY);
    }

    // ---- The city ------------------------------------------------------------------------------------------------

    /// @dev What the city of the tests is born with; a test changes what it tests.
    function founding() internal view returns (Founding memory) {
        return Founding({
            name: "Test Coin",
            symbol: "TEST",
            officials: [officialA.account, officialB.account],
            issuer: issuer,
            settler: settler,
            registrar: registrar,
            guardian: guardian,
            treasury: treasury,
            kindsAllowed: KINDS_ALLOWED,
            recoveryDelay: RECOVERY_DELAY
        });
    }

    /// @dev Deploy the artifact that is committed, not what forge compiles – unless lines are counted, which forge knows
    /// of its own code only. Reverts as its constructor does.
    function found(Founding memory with) internal returns (CityToken) {
        if (vm.isContext(VmSafe.ForgeContext.Coverage)) return new CityToken(with);
        if (_creationCode.length == 0) _creationCode = artifact("CityToken");
        return CityToken(create(_creationCode, abi.encode(with)));
    }

    /// @dev The creation code of a contract, as it is committed.
    function artifact(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(string.concat("artifacts/", name, ".json")), ".bytecode");
    }

    function create(bytes memory creationCode, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(creationCode, arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
            if iszero(deployed) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function register(address account, uint8 kind) internal {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        vm.prank(registrar);
        token.register(accounts, kind);
    }

    function freeze(address account) internal {
        vm.prank(registrar);
        token.setFrozen(account, true);
    }

    uint256 private _issues;

    function issueTo(address account, uint256 amount) internal {
        vm.prank(issuer);
        token.issue(keccak256(abi.encode("issue", ++_issues)), PROGRAMME, recipients(account, amount));
    }

    function recipients(address to, uint256 amount) internal pure returns (Issuance.Recipient[] memory list) {
        list = new Issuance.Recipient[](1);
        list[0] = Issuance.Recipient(to, amount);
    }

    function recipients(address to1, uint256 amount1, address to2, uint256 amount2)
        internal
        pure
        returns (Issuance.Recipient[] memory list)
    {
        list = new Issuance.Recipient[](2);
        list[0] = Issuance.Recipient(to1, amount1);
        list[1] = Issuance.Recipient(to2, amount2);
    }

    function capOf(uint256 year) internal view returns (uint256 cap) {
        (cap,,,,,,) = token.budgetOf(year);
    }

    function issuedIn(uint256 year) internal view returns (uint256 issued) {
        (, issued,,,,,) = token.budgetOf(year);
    }

    function versionOf(uint256 year) internal view returns (uint256 version) {
        (,,, version,,,) = token.budgetOf(year);
    }

    // ---- Keys and signatures -------------------------------------------------------------------------------------

    function secp256k1Key(string memory name) internal pure returns (Key memory) {
        uint256 secret = uint256(keccak256(bytes(name))) % (SECP256K1_N - 1) + 1;
        return Key(secret, false, vm.addr(secret));
    }

    function p256Key(string memory name) internal pure returns (Key memory) {
        uint256 secret = uint256(keccak256(bytes(name))) % (P256_N - 1) + 1;
        (uint256 x, uint256 y) = vm.publicKeyP256(secret);
        return Key(secret, true, address(uint160(uint256(keccak256(abi.encode(x, y))))));
    }

    /// @dev What the key signs: keccak over the nested hash (EIP-712), or SHA-256 over the same fields in a row.
    function hashFor(Key memory key, bytes memory fields) internal view returns (bytes32) {
        bytes32 domain = token.DOMAIN_SEPARATOR();
        return key.isP256
            ? sha256(abi.encodePacked(hex"1901", domain, fields))
            : keccak256(abi.encodePacked(hex"1901", domain, keccak256(fields)));
    }

    /// @dev The two words of a signature, low s: (r, yParityAndS) or (r, s).
    function signatureWords(Key memory key, bytes32 hash) internal pure returns (bytes32 r, bytes32 s) {
        if (key.isP256) {
            (r, s) = vm.signP256(key.secret, hash);
            if (uint256(s) > P256_N / 2) s = bytes32(P256_N - uint256(s));
        } else {
            (r, s) = vm.signCompact(key.secret, hash);
        }
    }

    /// @dev 64 bytes (secp256k1) or 128 (P-256), as officials send them.
    function sign(Key memory key, bytes memory fields) internal view returns (bytes memory) {
        (bytes32 r, bytes32 s) = signatureWords(key, hashFor(key, fields));
        return key.isP256 ? abi.encodePacked(r, s, publicKey(key)) : abi.encodePacked(r, s);
    }

    function publicKey(Key memory key) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(key.secret);
        return abi.encode(x, y);
    }

    // ---- Budgets -------------------------------------------------------------------------------------------------

    function budgetFields(uint256 year, uint256 starts, uint256 ends, uint256 cap, uint256 version, uint256 deadline)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encode(
            keccak256(
                "Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,bytes32 basis,uint256 version,uint256 deadline)"
            ),
            year,
            starts,
            ends,
            cap,
            BASIS,
            version,
            deadline
        );
    }

    function rotationFields(address outgoing, address incoming, uint256 version, uint256 deadline)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encode(
            keccak256("RotateOfficial(address outgoing,address incoming,uint256 version,uint256 deadline)"),
            outgoing,
            incoming,
            version,
            deadline
        );
    }

    function openBudget(uint256 year, uint256 cap) internal {
        amendBudget(year, cap, versionOf(year) + 1);
    }

    function amendBudget(uint256 year, uint256 cap, uint256 version) internal {
        bytes memory fields = budgetFields(year, YEAR_STARTS, YEAR_ENDS, cap, version, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        token.setBudget(year, YEAR_STARTS, YEAR_ENDS, cap, BASIS, version, NOW, a, b);
    }

    // ---- Batches -------------------------------------------------------------------------------------------------

    function payment(Key memory payer, address payee, uint256 amount, uint256 nonce)
        internal
        view
        returns (Payment memory)
    {
        return Payment(payer, payee, amount, nonce, block.timestamp + 1 days);
    }

    function paymentFields(Payment memory p) internal pure returns (bytes memory) {
        return abi.encode(
            keccak256("Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)"),
            p.payee,
            p.amount,
            p.nonce,
            p.expires
        );
    }

    function header(address payee, bool isP256, uint256 count) internal pure returns (bytes memory) {
        return abi.encodePacked(payee, isP256 ? uint8(1) : uint8(0), uint16(count));
    }

    function record(Payment memory p) internal view returns (bytes memory) {
        (bytes32 r, bytes32 s) = signatureWords(p.payer, hashFor(p.payer, paymentFields(p)));
        return recordWith(p, r, s);
    }

    /// @dev A record with the signature words given, good or not.
    function recordWith(Payment memory p, bytes32 r, bytes32 s) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(r, s, uint48(p.amount), uint40(p.nonce), uint40(p.expires));
        if (p.payer.isP256) packed = abi.encodePacked(packed, publicKey(p.payer));
    }

    /// @dev A batch of one payment.
    function one(Payment memory p) internal view returns (bytes memory) {
        return abi.encodePacked(header(p.payee, p.payer.isP256, 1), record(p));
    }

    /// @dev All the parts in a row, without the square of their number in memory.
    function join(bytes[] memory parts) internal pure returns (bytes memory whole) {
        uint256 length = 0;
        for (uint256 i = 0; i < parts.length; ++i) {
            length += parts[i].length;
        }
        whole = new bytes(length);
        uint256 offset = 32;
        for (uint256 i = 0; i < parts.length; ++i) {
            bytes memory part = parts[i];
            assembly ("memory-safe") {
                mcopy(add(whole, offset), add(part, 32), mload(part))
            }
            offset += part.length;
        }
    }

    function settle(bytes memory payments) internal returns (Outcome memory) {
        vm.recordLogs();
        vm.prank(settler);
        token.settle("batch", payments);
        return outcomeOf(vm.getRecordedLogs());
    }

    /// @dev Settle a batch of one payment; return its reason.
    function settleOne(Payment memory p) internal returns (uint8) {
        return settle(one(p)).reasons[0];
    }

    function outcomeOf(Vm.Log[] memory logs) internal pure returns (Outcome memory outcome) {
        Vm.Log memory last = logs[logs.length - 1];
        require(last.topics[0] == ICityToken.BatchSettled.selector, "the last event of a batch is BatchSettled");
        (outcome.settled, outcome.refused, outcome.total) = abi.decode(last.data, (uint256, uint256, uint256));
        outcome.reasons = new uint8[](outcome.settled + outcome.refused);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != CityToken.Refused.selector) continue;
            (uint256 index, uint8 reason) = abi.decode(logs[i].data, (uint256, uint8));
            outcome.reasons[index] = reason;
        }
    }
}
