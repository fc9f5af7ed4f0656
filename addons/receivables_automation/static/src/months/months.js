import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const LONG_LATE = 30;

/** How late a debtor paid, a bar for each month; each bar opens what was paid in it. */
export class ReceivablesMonths extends Component {
    static template = "receivables_automation.Months";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get months() {
        const { data } = this.props.record;
        const values = data[this.props.name] || [];
        const most = Math.max(1, ...values.map((days) => Math.abs(days || 0)));
        const last = data.day?.startOf("month");
        return values.map((days, place) => {
            const month = last.minus({ months: values.length - 1 - place });
            return {
                key: month.toISODate(),
                isPaid: days !== null,
                colour: this.colour(days),
                // On time is a bar, too: low, but there.
                height: `${10 + (90 * Math.max(days || 0, 0)) / most}%`,
                title: this.title(month.toFormat("LLLL yyyy"), days),
            };
        });
    }

    colour(days) {
        if (days <= 0) {
            return "bg-success";
        }
        return days > LONG_LATE ? "bg-danger" : "bg-warning";
    }

    title(month, days) {
        if (days === null) {
            return _t("%(month)s: nothing paid", { month });
        }
        const figure = formatFloat(Math.abs(days), { digits: [16, 1] });
        return days < 0
            ? _t("%(month)s: paid %(figure)s days early", { month, figure })
            : _t("%(month)s: paid %(figure)s days late", { month, figure });
    }

    open(month) {
        const { resModel, resId, context } = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: "action_paid_in_month",
            resModel,
            resId,
            context,
            buttonContext: { receivables_month: month },
        });
    }
}

registry.category("fields").add("receivables_months", {
    component: ReceivablesMonths,
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "day", type: "date" }],
});
