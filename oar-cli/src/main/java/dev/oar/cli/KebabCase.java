package dev.oar.cli;

import dev.oar.config.Spelling;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** Enumerations as recipes spell them: {@code NEGATIVE_ENTROPY} is {@code negative-entropy}. */
final class KebabCase<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    private KebabCase(Class<E> type) {
        this.type = type;
    }

    /** Teaches a command and all its subcommands the enumerations among their options. */
    static void registerAll(CommandLine commandLine) {
        types(commandLine).filter(Class::isEnum).distinct().forEach(type -> register(commandLine, type));
    }

    private static Stream<Class<?>> types(CommandLine commandLine) {
        Stream<Class<?>> own = commandLine.getCommandSpec().args().stream().flatMap(KebabCase::types);
        return Stream.concat(
                own, commandLine.getSubcommands().values().stream().distinct().flatMap(KebabCase::types));
    }

    /** The type of an option, or those of its items. */
    private static Stream<Class<?>> types(ArgSpec arg) {
        return Stream.concat(Stream.of(arg.type()), Stream.of(arg.auxiliaryTypes()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // The classes are those of enumerations.
    private static void register(CommandLine commandLine, Class<?> type) {
        commandLine.registerConverter((Class) type, new KebabCase((Class) type));
    }

    @Override
    public E convert(String value) {
        List<String> words = Spelling.words(type);
        return Spelling.constant(type, value)
                .orElseThrow(() -> new TypeConversionException(
                        "must be one of " + String.join(", ", words) + ", but is '" + value + "'"));
    }
}
