// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CityTokenTest} from "./CityTokenTest.sol";
import {Handler} from "./Handler.sol";

/// @title The three lines at the top of CityToken.sol, whatever happens
/// @notice One invariant holds all of them, so that the campaign is run once. Balances sum to the supply; what is
/// issued less what was cancelled never exceeds the cap of its year and of its programme; no (payer, nonce) takes
/// effect twice; no balance falls without its owner's signature, a rule that burns, or a recovery; a pause stops all
/// movement but recovery. Each run leaves a line of what it did; contracts/tools/campaign.py plays the campaign and
/// fails where all runs together did too little.
contract InvariantsTest is CityTokenTest {
    string private constant COUNTS = "solidity/cache/invariant-counts.txt";

    Handler private _handler;

    function setUp() public override {
        _handler = new Handler();
        _handler.setUp();
        token = _handler.city();
        targetContract(address(_handler));
        bytes4[] memory actions = new bytes4[](27);
        actions[0] = Handler.pay.selector;
        actions[1] = Handler.buy.selector;
        actions[2] = Handler.refund.selector;
        actions[3] = Handler.payTreasury.selector;
        actions[4] = Handler.replayBatch.selector;
        actions[5] = Handler.move.selector;
        actions[6] = Handler.issue.selector;
        actions[7] = Handler.cancel.selector;
        actions[8] = Handler.redeem.selector;
        actions[9] = Handler.lapse.selector;
        actions[10] = Handler.amendBudget.selector;
        actions[11] = Handler.setProgramme.selector;
        actions[12] = Handler.rotateOfficial.selector;
        actions[13] = Handler.decideRole.selector;
        actions[14] = Handler.acceptRole.selector;
        actions[15] = Handler.setKindsAllowed.selector;
        actions[16] = Handler.replayAct.selector;
        actions[17] = Handler.register.selector;
        actions[18] = Handler.setFrozen.selector;
        actions[19] = Handler.pause.selector;
        actions[20] = Handler.unpause.selector;
        actions[21] = Handler.wait.selector;
        actions[22] = Handler.startRecovery.selector;
        actions[23] = Handler.cancelRecovery.selector;
        actions[24] = Handler.withdrawRecovery.selector;
        actions[25] = Handler.finishRecovery.selector;
        actions[26] = Handler.sweep.selector;
        targetSelector(FuzzSelector(address(_handler), actions));
    }

    function invariant_the_contract_keeps_the_books_that_the_rules_keep() public view {
        _handler.audit();
    }

    /// @dev Called at the end of each run.
    function afterInvariant() public {
        vm.writeLine(COUNTS, _handler.report());
    }
}
