package dev.oar.cli;

import dev.oar.config.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Enumerations as recipes spell them: {@code NEGATIVE_ENTROPY} is {@code negative-entropy}. */
final class KebabCase<E> implements ITypeConverter<E> {
    private final E[] constants;

    private KebabCase(E[] constants) {
        this.constants = constants;
    }

    /** Teaches a command and its subcommands all enumerations among their options. */
    static void registerAll(CommandLine root) {
        withSubcommands(root)
                .flatMap(command -> command.getCommandSpec().args().stream())
                .flatMap(argument -> Arrays.stream(argument.auxiliaryTypes()))
                .filter(Class::isEnum)
                .distinct()
                .forEach(type -> register(root, type));
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(KebabCase::withSubcommands));
    }

    private static <E> void register(CommandLine root, Class<E> type) {
        root.registerConverter(type, new KebabCase<>(type.getEnumConstants()));
    }

    @Override
    public E convert(String value) {
        List<String> words = Arrays.stream(constants)
                .map(constant -> Spelling.word((Enum<?>) constant))
                .toList();
        int index = words.indexOf(value);
        if (index < 0) {
            throw new TypeConversionException(
                    "must be one of " + String.join(", ", words) + ", but is '" + value + "'");
        }
        return constants[index];
    }
}
