package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelExport;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.edit.KeptCells;
import dev.oar.feature.InceptionInput;
import dev.oar.generate.Drawing.GuidanceSchedule;
import dev.oar.generate.DrawingOrder.Dynamic.OrderNoiseUnit;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.WeightFormatSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Enumerations as recipes spell them: {@code NEGATIVE_ENTROPY} is {@code negative-entropy}. */
final class KebabCase<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    private KebabCase(Class<E> type) {
        this.type = type;
    }

    /** Teaches a command all enumerations among its options. */
    static void registerAll(CommandLine commandLine) {
        register(commandLine, Arm.class);
        register(commandLine, ModelExport.StoredType.class);
        register(commandLine, ConfidenceLogits.class);
        register(commandLine, ConfidenceMeasure.class);
        register(commandLine, GuidanceSchedule.class);
        register(commandLine, OrderNoiseUnit.class);
        register(commandLine, InceptionInput.class);
        register(commandLine, KeptCells.class);
        register(commandLine, WeightFormat.class);
        register(commandLine, WeightFormatSetting.class);
    }

    private static <E extends Enum<E>> void register(CommandLine commandLine, Class<E> type) {
        commandLine.registerConverter(type, new KebabCase<>(type));
    }

    /** The word for a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public E convert(String value) {
        E[] constants = type.getEnumConstants();
        List<String> words = Arrays.stream(constants).map(KebabCase::word).toList();
        int index = words.indexOf(value);
        if (index < 0) {
            throw new TypeConversionException(
                    "must be one of " + String.join(", ", words) + ", but is '" + value + "'");
        }
        return constants[index];
    }
}
