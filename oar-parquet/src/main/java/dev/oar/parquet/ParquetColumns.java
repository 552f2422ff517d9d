package dev.oar.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Which columns hold what.
 *
 * @param image bytes of an image file, or a structure of {@code bytes} and {@code path} as the hub writes images
 * @param className names or numbers of classes, if there are classes
 * @param caption descriptions, if there are any
 */
public record ParquetColumns(String image, Optional<String> className, Optional<String> caption) {
    private static final List<String> CLASSES = List.of("label", "class", "fine_label");
    private static final List<String> CAPTIONS = List.of("caption", "text", "prompt");

    /**
     * What a user says of the columns; what is left out is found by its type and by the names that are usual.
     *
     * @param image the column of images
     * @param className the column of classes
     * @param caption the column of captions
     */
    public record Named(Optional<String> image, Optional<String> className, Optional<String> caption) {
        /** Nothing is said. */
        public static final Named NONE = new Named(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Finds the columns of a schema.
     *
     * @param file for errors
     * @throws IllegalArgumentException if a column that is named is not there, or there is no column of images or more than one
     */
    static ParquetColumns of(MessageType schema, Named named, String file) {
        List<String> images = fields(schema, ParquetColumns::isImage);
        String image = named.image().orElseGet(() -> {
            if (images.size() != 1) {
                throw new IllegalArgumentException("one column of " + file
                        + " holds the images, as bytes or as a structure of bytes and path, but "
                        + (images.isEmpty() ? "none" : "each of " + images) + " does; the columns are "
                        + fields(schema, field -> true) + ", name one with --image-column");
            }
            return images.get(0);
        });
        require(images.contains(image), "--image-column", image, "bytes of images", images, file);
        List<String> scalars = fields(schema, ParquetColumns::isScalar);
        Optional<String> className = found(named.className(), CLASSES, scalars);
        className.ifPresent(column ->
                require(scalars.contains(column), "--class-column", column, "words or numbers", scalars, file));
        Optional<String> caption = found(named.caption(), CAPTIONS, scalars);
        caption.ifPresent(
                column -> require(scalars.contains(column), "--caption-column", column, "words", scalars, file));
        return new ParquetColumns(image, className, caption);
    }

    private static Optional<String> found(Optional<String> named, List<String> usual, List<String> columns) {
        return named.isPresent()
                ? named
                : usual.stream().filter(columns::contains).findFirst();
    }

    private static void require(
            boolean holds, String option, String column, String what, List<String> columns, String file) {
        if (!holds) {
            throw new IllegalArgumentException(option + " names a column of " + what + ", but '" + column
                    + "' is none in " + file + "; name one of " + columns);
        }
    }

    private static List<String> fields(MessageType schema, Predicate<Type> holds) {
        List<String> names = new ArrayList<>();
        for (Type field : schema.getFields()) {
            if (holds.test(field)) {
                names.add(field.getName());
            }
        }
        return names;
    }

    private static boolean isImage(Type field) {
        return field.isPrimitive()
                ? isBytes(field)
                : ((GroupType) field).containsField(ParquetImages.BYTES)
                        && isBytes(((GroupType) field).getType(ParquetImages.BYTES));
    }

    private static boolean isBytes(Type field) {
        return field.isPrimitive()
                && !field.isRepetition(Type.Repetition.REPEATED)
                && field.asPrimitiveType().getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY
                && field.getLogicalTypeAnnotation() == null;
    }

    private static boolean isScalar(Type field) {
        return field.isPrimitive() && !field.isRepetition(Type.Repetition.REPEATED) && !isBytes(field);
    }
}
