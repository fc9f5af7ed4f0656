import { patch } from '@web/core/utils/patch';

import { PaymentForm } from '@payment/interactions/payment_form';

patch(PaymentForm.prototype, {
    /**
     * Say what the payer chose: the server computes what it costs.
     *
     * @override method from payment.payment_form
     * @private
     * @return {object} The transaction route params.
     */
    _prepareTransactionRouteParams() {
        const params = super._prepareTransactionRouteParams(...arguments);
        const choice = this.el.closest('.o_pay_form')?.dataset;
        if (choice) {
            params.item_ids = JSON.parse(choice.itemIds);
            params.amount = choice.typedAmount || null;
            // Only with the whole of what was chosen can the balance have changed.
            params.shown_total = choice.typedAmount ? null : choice.shownTotal;
        }
        return params;
    },
});
