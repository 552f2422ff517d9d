package dev.oar.pipeline;

import dev.oar.evaluate.OrderStatistics;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.FigureTable.Better;
import dev.oar.report.LinePlot;
import dev.oar.report.Paragraph;
import dev.oar.report.Series;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** What the recorded orders of a study are like, as parts of its page and as a table. */
final class StudyOrdersReport {
    /** Test images whose orders are compared between models. */
    private static final int COMPARED = 200;

    private final List<Described> sets = new ArrayList<>();

    /** The orders of one extraction under one seed. */
    private record Described(
            long seed,
            String arms,
            StudyOrdersStage.Found found,
            GenerationOrder meanOrder,
            List<GenerationOrder> ofTest) {
        String name() {
            return arms + ", seed " + seed;
        }
    }

    /**
     * Adds the orders of an extraction.
     *
     * @param arms those that learn them
     */
    void add(long seed, List<String> arms, StudyOrdersStage stage) throws IOException {
        sets.add(new Described(
                seed, String.join(" and ", arms), stage.found(), stage.meanOrder(), stage.testOrders(COMPARED)));
    }

    /** Parts of a page; none where nothing was extracted. */
    List<Block> blocks() {
        if (sets.isEmpty()) {
            return List.of();
        }
        List<Block> blocks = new ArrayList<>(List.of(
                new Paragraph(
                        "What the any-order models extracted from training images, one image of each family. Kendall's tau"
                                + " between two orders is 1 where they are equal and 0 on average where they are random. The cell tells"
                                + " all of a rank where all images have one order, and nothing of random orders."),
                statistics(),
                curves()));
        List<FigureTable.Row> classes = classes();
        if (!classes.isEmpty()) {
            blocks.add(new FigureTable(
                    "The same by class.",
                    "class",
                    List.of(
                            column("images", 0),
                            column("tau of two images", 3),
                            column("distance of the next cell", 2)),
                    classes));
        }
        if (sets.size() > 1) {
            blocks.add(matrix(
                    "Kendall's tau between the orders of mean ranks.",
                    (first, second) -> Optional.of(KendallTau.of(first.meanOrder, second.meanOrder))));
            blocks.add(matrix(
                    "Kendall's tau between two orders of one test image, the mean over the first " + COMPARED
                            + " at most.",
                    StudyOrdersReport::ofImages));
        }
        return blocks;
    }

    private static Optional<Double> ofImages(Described first, Described second) {
        return first.ofTest.isEmpty() || first.ofTest.size() != second.ofTest.size()
                ? Optional.empty()
                : Optional.of(KendallTau.mean(first.ofTest, second.ofTest));
    }

    private FigureTable statistics() {
        Map<String, Integer> columns = new LinkedHashMap<>();
        List<FigureTable.Row> rows = new ArrayList<>();
        for (Described set : sets) {
            List<Figure> figures = new ArrayList<>();
            values(set.found.statistics()).forEach((name, value) -> {
                columns.put(name, name.equals("images") ? 0 : 3);
                figures.add(value.map(Figure::of).orElse(Figure.absent("there is one class")));
            });
            rows.add(new FigureTable.Row("", set.name() + " (" + set.found.confidence() + ")", figures));
        }
        return new FigureTable(
                "Recorded orders, by the arms that learn them.",
                "orders",
                columns.entrySet().stream()
                        .map(column -> column(column.getKey(), column.getValue()))
                        .toList(),
                rows);
    }

    private static Map<String, Optional<Double>> values(OrderStatistics statistics) {
        Map<String, Optional<Double>> values = new LinkedHashMap<>();
        values.put("images", Optional.of((double) statistics.images()));
        values.put("tau of two images of one class", statistics.sameClass());
        values.put("tau of two images of different classes", statistics.otherClass());
        values.put("distance of the next cell", Optional.of(statistics.step()));
        values.put("distance of the next cell, random orders", Optional.of(statistics.randomStep()));
        values.put("variance of ranks told by the cell", Optional.of(statistics.byCell()));
        values.put("variance of ranks told by cell and class", statistics.byCellAndClass());
        return values;
    }

    private static FigureTable.Column column(String name, int decimals) {
        return new FigureTable.Column(name, "", decimals, Better.NEITHER);
    }

    /** Of the first seed alone, so that lines can be told apart. */
    private LinePlot curves() {
        List<Series> lines = new ArrayList<>();
        for (Described set : sets) {
            if (set.seed == sets.get(0).seed) {
                if (lines.isEmpty()) {
                    lines.add(line("random orders", set.found.randomBitsOfStep()));
                }
                lines.add(line(set.arms, set.found.bitsOfStep()));
            }
        }
        return new LinePlot(
                "How sure the any-order model is of the next token along the orders, seed " + sets.get(0).seed
                        + " (test images)",
                "step",
                "bits per token",
                lines,
                false);
    }

    private static Series line(String name, double[] bits) {
        return new Series(
                name, IntStream.rangeClosed(1, bits.length).asDoubleStream().toArray(), bits);
    }

    private List<FigureTable.Row> classes() {
        return sets.stream()
                .flatMap(set -> set.found.statistics().classes().stream()
                        .map(one -> new FigureTable.Row(
                                set.name(),
                                one.name(),
                                List.of(Figure.of(one.images()), Figure.of(one.tau()), Figure.of(one.step())))))
                .toList();
    }

    private FigureTable matrix(String caption, BiFunction<Described, Described, Optional<Double>> tau) {
        return new FigureTable(
                caption,
                "orders",
                sets.stream().map(set -> column(set.name(), 2)).toList(),
                sets.stream()
                        .map(row -> new FigureTable.Row(
                                "",
                                row.name(),
                                sets.stream()
                                        .map(other -> tau.apply(row, other)
                                                .map(Figure::of)
                                                .orElse(Figure.absent("they are of other images")))
                                        .toList()))
                        .toList());
    }

    /** Every statistic as a line of CSV. */
    String csv() throws IOException {
        StringWriter text = new StringWriter();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setRecordSeparator("\n")
                .setHeader("seed", "arms", "confidence", "class", "statistic", "value")
                .get();
        try (CSVPrinter csv = new CSVPrinter(text, format)) {
            for (Described set : sets) {
                for (Map.Entry<String, Optional<Double>> value :
                        values(set.found.statistics()).entrySet()) {
                    if (value.getValue().isPresent()) {
                        print(csv, set, "", value.getKey(), value.getValue().get());
                    }
                }
                for (OrderStatistics.OfClass one : set.found.statistics().classes()) {
                    print(csv, set, one.name(), "images", one.images());
                    print(csv, set, one.name(), "tau of two images", one.tau());
                    print(csv, set, one.name(), "distance of the next cell", one.step());
                }
                for (int step = 0; step < set.found.bitsOfStep().length; step++) {
                    print(
                            csv,
                            set,
                            "",
                            "bits per token of step " + (step + 1),
                            set.found.bitsOfStep()[step]);
                }
            }
        }
        return text.toString();
    }

    private static void print(CSVPrinter csv, Described set, String ofClass, String statistic, double value)
            throws IOException {
        csv.printRecord(set.seed, set.arms, set.found.confidence(), ofClass, statistic, value);
    }
}
