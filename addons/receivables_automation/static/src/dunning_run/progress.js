import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount } from "@odoo/owl";

const EVERY_MS = 2000;

/** How far a run has come that is sent in the background, while somebody looks at it. */
export class DunningProgress extends Component {
    static template = "receivables_automation.DunningProgress";
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => this.wait());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get all() {
        return this.props.record.data.notice_count;
    }

    get done() {
        return this.all - this.props.record.data.planned_count;
    }

    get percent() {
        return this.all ? Math.floor((100 * this.done) / this.all) : 0;
    }

    wait() {
        this.timer = browser.setTimeout(async () => {
            await this.props.record.load();
            this.wait();
        }, EVERY_MS);
    }
}

registry.category("view_widgets").add("receivables_dunning_progress", {
    component: DunningProgress,
    fieldDependencies: [
        { name: "notice_count", type: "integer" },
        { name: "planned_count", type: "integer" },
        { name: "is_stopping", type: "boolean" },
    ],
});
