package dev.oar.generate;

import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.WeightFormatSetting;
import java.util.function.Consumer;

/**
 * Decides in which format weights are kept for a drawing on this machine, and warns of a format that is slow here.
 *
 * @param told is told, a line at a time
 * @param device where the model is
 * @param batchSize images drawn together
 * @param automatic what the automatic setting stands for
 */
public record FormatChoice(Consumer<String> told, Device device, int batchSize, WeightFormatSetting automatic) {
    /** For images: the automatic setting chooses what is fast here. */
    public static FormatChoice ofImages(Consumer<String> told, Device device, int batchSize) {
        return new FormatChoice(told, device, batchSize, WeightFormatSetting.AUTO);
    }

    /** For measurements, which are compared across machines: the automatic setting is float32. */
    public static FormatChoice ofMeasurements(Consumer<String> told, Device device, int batchSize) {
        return new FormatChoice(told, device, batchSize, WeightFormatSetting.FLOAT32);
    }

    /** The same drawing with the format that a setting means for it. */
    public Drawing settled(Drawing drawing, WeightFormatSetting given, int cells) {
        WeightFormatSetting setting = given == WeightFormatSetting.AUTO ? automatic : given;
        if (setting == WeightFormatSetting.FLOAT32) {
            return drawing.withWeightFormat(WeightFormat.FLOAT32);
        }
        if (setting != WeightFormatSetting.AUTO && !setting.explicit().runsOn(device)) {
            // The model refuses it, with its reason.
            return drawing.withWeightFormat(setting.explicit());
        }
        MachineProfile machine = MachineProfiles.of(device, told);
        ProductRows rows = ProductRows.of(rows(drawing, cells));
        WeightFormat format = setting.on(machine, rows);
        if (setting != WeightFormatSetting.AUTO) {
            machine.warning(rows, format).ifPresent(warning -> told.accept("warning: " + warning));
        }
        return drawing.withWeightFormat(format);
    }

    /** How many rows the model's layers see in a usual step. */
    private int rows(Drawing drawing, int cells) {
        boolean guided = drawing.guidance().classifierFree().active();
        return batchSize * (1 + drawing.order().cellsAsked(cells)) * (guided ? 2 : 1);
    }
}
