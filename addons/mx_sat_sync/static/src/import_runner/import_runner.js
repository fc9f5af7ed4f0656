import { Component, onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Processes the stored documents of an import in rounds, while its window is open. */
export class MxSatImportRunner extends Component {
    static template = "mx_sat_sync.ImportRunner";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.isOpen = true;
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.isOpen = false;
        });
    }

    get percent() {
        const { file_count: all, processed_count: done } = this.props.record.data;
        return all ? Math.round((100 * done) / all) : 0;
    }

    async run() {
        const { record } = this.props;
        while (this.isOpen && record.data.state === "running") {
            await this.orm.call("mx.sat.import", "process_next", [[record.resId]]);
            if (this.isOpen) {
                await record.load();
            }
        }
    }
}

registry.category("view_widgets").add("mx_sat_import_runner", {
    component: MxSatImportRunner,
});
