import { registry } from '@web/core/registry';
import { Interaction } from '@web/public/interaction';

/** Keeps the total on the payment page in step with what is ticked; the server counts again. */
export class PaymentLinkChoice extends Interaction {
    static selector = '.o_pay_choice';
    dynamicContent = {
        'input[name="item"]': { 't-on-change': this.showTotal },
        'input[name="amount"]': { 't-on-input': this.showTotal },
    };

    /** A browser that goes back restores the ticks, not the total. */
    start() {
        this.showTotal();
    }

    /** Writes an amount as the server does. */
    format(amount) {
        const { symbol, position, decimals } = this.el.dataset;
        const number = new Intl.NumberFormat(document.documentElement.lang || undefined, {
            minimumFractionDigits: Number(decimals),
            maximumFractionDigits: Number(decimals),
        }).format(amount);
        return position === 'after' ? `${number}\u00a0${symbol}` : `${symbol}\u00a0${number}`;
    }

    showTotal() {
        const ticked = [...this.el.querySelectorAll('input[name="item"]:checked')];
        let total = ticked.reduce((sum, input) => sum + Number(input.dataset.amount), 0);
        const typed = this.el.querySelector('input[name="amount"]')?.value.trim() ?? '';
        const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(typed) ? typed.replaceAll(',', '') : typed;
        if (Number(plain) > 0) {
            total = Number(plain);
        }
        for (const el of this.el.querySelectorAll('[name="total"]')) {
            el.textContent = this.format(total);
        }
        this.el.querySelector('button[name="pay"]').disabled = !ticked.length;
    }
}

registry.category('public.interactions').add('payment_links.choice', PaymentLinkChoice);
