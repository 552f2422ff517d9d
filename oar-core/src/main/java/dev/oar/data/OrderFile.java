package dev.oar.data;

import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One generation order as a text file: the cells in filling order, numbered in raster order from 0, separated by spaces, commas
 * or line ends; what follows a {@code #} on a line is a comment.
 */
public final class OrderFile {
    private static final int MAX_BYTES = 64 << 20;

    private OrderFile() {}

    /**
     * Reads an order for a grid.
     *
     * @throws CorruptFileException if the file is missing, holds anything but numbers or is no permutation of the grid's cells
     */
    public static GenerationOrder read(Path path, TokenGrid grid) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) > MAX_BYTES) {
            throw new CorruptFileException("an order needs a text file of up to " + MAX_BYTES + " bytes, but " + path
                    + " is none; correct the path");
        }
        String text = BoundedFile.text(path, MAX_BYTES, "correct the path");
        try {
            int[] cells = text.lines()
                    .flatMap(line -> line.replaceAll("#.*", "").lines())
                    .flatMap(line -> Arrays.stream(line.split("[\\s,]+")))
                    .filter(number -> !number.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            GenerationOrder order = GenerationOrder.of(cells);
            order.requireGrid(grid);
            return order;
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    path + " must hold each cell from 0 to " + (grid.cells() - 1) + " once, but does not ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** Writes an order, one row of the grid's length per line, so that the file appears whole or not at all. */
    public static void write(Path path, GenerationOrder order, TokenGrid grid) throws IOException {
        order.requireGrid(grid);
        int[] cells = order.toArray();
        String text = IntStream.range(0, grid.height())
                .mapToObj(row -> IntStream.range(0, grid.width())
                        .mapToObj(column -> Integer.toString(cells[grid.cell(row, column)]))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n", "", "\n"));
        AtomicFile.write(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
