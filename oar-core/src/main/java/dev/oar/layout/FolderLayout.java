package dev.oar.layout;

import dev.oar.config.ConfigException;
import dev.oar.config.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * A table at the top ({@code metadata.csv} or {@code metadata.jsonl}, as Hugging Face's image folders have it) that lists the images, or else
 * one folder per class, or a folder of images alone.
 */
@Kind("folder")
public record FolderLayout() implements DataLayout {
    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        Optional<String> table = DescribingFiles.table(source);
        if (table.isEmpty() && !columns.attributes().isEmpty()) {
            throw new ConfigException("attribute-columns name columns of a table of images, but " + source.path()
                    + " has no " + String.join(" or ", DescribingFiles.TABLES)
                    + "; add one, or take attribute-columns out");
        }
        return table.isPresent()
                ? MetadataTable.list(source, table.get(), columns, problems)
                : ClassFolders.list(source, problems);
    }
}
