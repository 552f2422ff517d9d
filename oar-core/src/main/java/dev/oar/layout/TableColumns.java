package dev.oar.layout;

import java.util.List;
import java.util.Optional;

/**
 * What the columns of a table of images are called.
 *
 * @param fileName names the files
 * @param className names the classes; if the table has none of this name, the folder that holds an image is its class
 * @param caption captions; if the table has none of this name, captions are empty
 * @param group ties variants together: equal values are one family, and so are a value and the image whose key it is
 * @param groupKey by which other rows name an image in the group column; the file name unless set
 * @param attributes columns that are attributes of the images
 */
public record TableColumns(
        String fileName,
        String className,
        String caption,
        String group,
        Optional<String> groupKey,
        List<String> attributes) {
    /** The usual name of the column of file names, as Hugging Face's image folders have it. */
    public static final String DEFAULT_FILE_NAME = "file_name";

    /** The usual name of the column of classes. */
    public static final String DEFAULT_CLASS = "class";

    /** The usual name of the column of captions. */
    public static final String DEFAULT_CAPTION = "caption";

    /** The usual name of the column of families. */
    public static final String DEFAULT_GROUP = "group";

    /** Keeps a copy of the list. */
    public TableColumns {
        attributes = List.copyOf(attributes);
    }
}
