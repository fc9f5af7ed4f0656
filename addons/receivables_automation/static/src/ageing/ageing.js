import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

const BUCKETS = [
    ["amount_not_due", "bg-success"],
    ["amount_1_30", "bg-warning"],
    ["amount_31_60", "o_receivables_31_60"],
    ["amount_61_90", "o_receivables_61_90"],
    ["amount_over_90", "bg-danger"],
];

/** What a debtor owes, as one bar by age; each part opens its items. */
export class ReceivablesAgeing extends Component {
    static template = "receivables_automation.Ageing";
    static props = { ...standardWidgetProps, compact: { type: Boolean, optional: true } };

    setup() {
        this.action = useService("action");
    }

    get parts() {
        const { data, fields } = this.props.record;
        const total = BUCKETS.reduce((sum, [name]) => sum + data[name], 0);
        return BUCKETS.filter(([name]) => data[name] > 0).map(([name, colour]) => ({
            name,
            colour,
            label: fields[name].string,
            amount: formatMonetary(data[name], { currencyId: data.currency_id?.id }),
            width: `${(100 * data[name]) / total}%`,
        }));
    }

    get title() {
        return _t("Debt by age");
    }

    open(name) {
        const { resModel, resId, context } = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: "action_open_items",
            resModel,
            resId,
            context,
            buttonContext: { receivables_bucket: name },
        });
    }
}

registry.category("view_widgets").add("receivables_ageing", {
    component: ReceivablesAgeing,
    extractProps: ({ attrs }) => ({ compact: Boolean(attrs.compact) }),
    fieldDependencies: [
        ...BUCKETS.map(([name]) => ({ name, type: "monetary" })),
        { name: "currency_id", type: "many2one" },
    ],
});
