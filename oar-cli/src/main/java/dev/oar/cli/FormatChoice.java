package dev.oar.cli;

import dev.oar.generate.Drawing;
import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.WeightFormatSetting;

/**
 * Decides in which format weights are kept for a drawing on this machine, and warns of a format that is slow here.
 *
 * @param terminal is told
 * @param device where the model is
 * @param batchSize images drawn together
 * @param automatic what the automatic setting stands for
 */
record FormatChoice(Terminal terminal, Device device, int batchSize, WeightFormatSetting automatic) {
    /** For images: the automatic setting chooses what is fast here. */
    static FormatChoice ofImages(Terminal terminal, Device device, int batchSize) {
        return new FormatChoice(terminal, device, batchSize, WeightFormatSetting.AUTO);
    }

    /** For measurements, which are compared across machines: the automatic setting is float32. */
    static FormatChoice ofMeasurements(Terminal terminal, Device device, int batchSize) {
        return new FormatChoice(terminal, device, batchSize, WeightFormatSetting.FLOAT32);
    }

    /** The same drawing with the format that a setting means for it. */
    Drawing settled(Drawing drawing, WeightFormatSetting given, int cells) {
        WeightFormatSetting setting = given == WeightFormatSetting.AUTO ? automatic : given;
        if (setting == WeightFormatSetting.FLOAT32) {
            return drawing.withWeightFormat(WeightFormat.FLOAT32);
        }
        if (setting != WeightFormatSetting.AUTO && !setting.explicit().runsOn(device)) {
            // The model refuses it, with its reason.
            return drawing.withWeightFormat(setting.explicit());
        }
        MachineProfile machine = MachineProfiles.of(device, this::tell);
        ProductRows rows = ProductRows.of(rows(drawing, cells));
        WeightFormat format = setting.on(machine, rows);
        if (setting != WeightFormatSetting.AUTO) {
            machine.warning(rows, format).ifPresent(warning -> tell("warning: " + warning));
        }
        return drawing.withWeightFormat(format);
    }

    /** How many rows the model's layers see in a usual step. */
    private int rows(Drawing drawing, int cells) {
        boolean guided = drawing.guidance().classifierFree().active();
        return batchSize * (1 + drawing.order().cellsAsked(cells)) * (guided ? 2 : 1);
    }

    private void tell(String line) {
        terminal.err().println(line);
    }
}
