import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

import { useState } from "@odoo/owl";

const SHOWN = ["preview_subject", "preview_html", "recipient_id", "departure", "explanation", "channel"];

/** The list of a run's notices, with what can be done with the selected ones above it. */
export class DunningNoticesRenderer extends ListRenderer {
    static template = "receivables_automation.DunningNoticesRenderer";

    /** A list inside a form keeps no selection of its own. */
    get selection() {
        return this.props.list.records.filter((record) => record.selected);
    }

    /** Those of the selected notices that can still be sent, or kept from leaving. */
    selectedIn(...states) {
        return this.selection
            .filter((record) => states.includes(record.data.state))
            .map((record) => record.resId);
    }

    async call(method, ids) {
        const { model, resModel } = this.props.list;
        await this.orm.call(resModel, method, [ids]);
        await model.root.load();
    }

    toggleSelection() {
        const { records } = this.props.list;
        const isWhole = this.selection.length === records.length;
        for (const record of records) {
            record.toggleSelection(!isWhole);
        }
    }
}

/** The notices of a run on the left; on the right the chosen one as its debtor reads it. */
export class DunningNotices extends X2ManyField {
    static template = "receivables_automation.DunningNotices";
    static components = { ...X2ManyField.components, ListRenderer: DunningNoticesRenderer };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.preview = useState({ id: false, message: false });
        useRecordObserver((record) => this.refresh(record.data[this.props.name].records));
    }

    get rendererProps() {
        return { ...super.rendererProps, allowSelectors: true };
    }

    /** Reads the chosen notice again, or the first one where the list has others now. */
    async refresh(records) {
        const ids = records.map((record) => record.resId);
        await this.show(ids.includes(this.preview.id) ? this.preview.id : (ids[0] ?? false));
    }

    async show(id) {
        this.preview.id = id;
        const [message] = id ? await this.orm.read(this.list.resModel, [id], SHOWN) : [false];
        if (this.preview.id === id) {
            this.preview.message = message;
        }
    }

    async openRecord(record) {
        await this.show(record.resId);
    }

    async openNotice() {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: this.list.resModel,
            res_id: this.preview.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("receivables_dunning_notices", {
    ...x2ManyField,
    component: DunningNotices,
    relatedFields: [{ name: "state", type: "selection" }],
});
