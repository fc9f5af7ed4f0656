import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const COLOURS = {
    amount_not_due: "bg-success",
    amount_1_30: "bg-warning",
    amount_31_60: "o_receivables_31_60",
    amount_61_90: "o_receivables_61_90",
    amount_over_90: "bg-danger",
};

/** The app's first screen: figures, ageing, segments, debtors; each opens its records. */
export class ReceivablesFrontPage extends Component {
    static template = "receivables_automation.FrontPage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ page: null, isBusy: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.page = await this.orm.call("receivables.front.page", "read_page", []);
    }

    async refresh() {
        this.state.isBusy = true;
        try {
            await this.orm.call("receivables.profile", "action_refresh", [[]]);
            await this.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    async open(name) {
        const action = await this.orm.call("receivables.front.page", "open_card", [name]);
        return this.action.doAction(action);
    }

    get ageing() {
        const { ageing } = this.state.page;
        const total = ageing.reduce((sum, { amount }) => sum + amount, 0);
        return ageing.map((part) => ({
            ...part,
            colour: COLOURS[part.name],
            width: `${(100 * part.amount) / total}%`,
        }));
    }

    get refreshedAt() {
        const at = this.state.page.refreshed_at;
        return at && formatDateTime(deserializeDateTime(at));
    }

    figure(card) {
        return "amount" in card ? this.money(card.amount) : this.number(card.count);
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.state.page.currency_id });
    }

    number(count) {
        return formatFloat(count, { digits: [false, 0] });
    }
}

registry.category("actions").add("receivables_front_page", ReceivablesFrontPage);
