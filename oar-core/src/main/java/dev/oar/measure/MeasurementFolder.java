package dev.oar.measure;

import dev.oar.config.Spelling;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Standing;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.report.Block;
import dev.oar.report.HtmlReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a measurement leaves, as a folder. Results hold no times and no paths: the same inputs give the same bytes.
 *
 * <pre>
 * results.json   {@link EvaluationReport}
 * results.csv    the figures, one per line
 * report.html    the figures as tables
 * </pre>
 *
 * <p>Results of other settings are never replaced: they move to a folder {@code earlier-1}, {@code earlier-2}, ... beside the new ones.
 */
public final class MeasurementFolder {
    /** File name of the results. */
    public static final String RESULTS = "results.json";

    /** File name of the figures as comma-separated values. */
    public static final String TABLE = "results.csv";

    /** File name of the page. */
    public static final String REPORT = "report.html";

    private static final String EARLIER = "earlier-";

    private MeasurementFolder() {}

    /**
     * Writes all files.
     *
     * @param title heading of the page
     * @param description one sentence under it
     * @param pictures further parts of the page, such as plots
     * @return where earlier results of other settings have moved to, if there were any
     */
    public static Optional<Path> write(
            Path directory, String title, String description, EvaluationReport results, List<Block> pictures)
            throws IOException {
        return write(directory, results, ResultsPage.of(title, description, results, pictures));
    }

    /**
     * Writes all files, with a page of one's own.
     *
     * @param page what {@value #REPORT} shows
     * @return where earlier results of other settings have moved to, if there were any
     */
    public static Optional<Path> write(Path directory, EvaluationReport results, HtmlReport page) throws IOException {
        Optional<Path> moved = movedAway(directory, results);
        AtomicFile.write(directory.resolve(TABLE), csv(results).getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(directory.resolve(REPORT), page.html().getBytes(StandardCharsets.UTF_8));
        results.write(directory.resolve(RESULTS));
        return moved;
    }

    private static Optional<Path> movedAway(Path directory, EvaluationReport results) throws IOException {
        Path there = directory.resolve(RESULTS);
        if (!Files.exists(there) || sameSettings(there, results)) {
            return Optional.empty();
        }
        int number = 1;
        while (Files.exists(directory.resolve(EARLIER + number))) {
            number++;
        }
        Path earlier = Files.createDirectory(directory.resolve(EARLIER + number));
        for (String name : List.of(RESULTS, TABLE, REPORT)) {
            if (Files.exists(directory.resolve(name))) {
                Files.move(directory.resolve(name), earlier.resolve(name));
            }
        }
        return Optional.of(earlier);
    }

    private static boolean sameSettings(Path there, EvaluationReport results) throws IOException {
        try {
            return EvaluationReport.read(there).settings().equals(results.settings());
        } catch (CorruptFileException e) {
            return false; // Whatever it is, it is not ours to delete.
        }
    }

    /** The figures and comparisons as comma-separated values, with a line of names first. */
    static String csv(EvaluationReport results) {
        StringBuilder csv = new StringBuilder(
                "kind,model,against,drawing,metric,value,low,high,images,seed,against drawing,standing,chance\n");
        for (EvaluationFigure figure : results.figures()) {
            line(
                    csv,
                    List.of(
                            "figure",
                            figure.arm(),
                            "",
                            figure.drawing(),
                            figure.metric().name()),
                    figure.value(),
                    figure.samples(),
                    figure.seed());
            csv.append(",,,\n");
        }
        for (PairedComparison compared : results.comparisons()) {
            line(
                    csv,
                    List.of(
                            "difference",
                            compared.first(),
                            compared.second(),
                            compared.drawing(),
                            compared.metric().name()),
                    compared.difference(),
                    compared.samples(),
                    compared.seed());
            csv.append(',').append(quoted(compared.secondDrawing().orElse(compared.drawing())));
            csv.append(',')
                    .append(compared.standing().map(MeasurementFolder::standing).orElse(","));
            csv.append('\n');
        }
        return csv.toString();
    }

    private static void line(StringBuilder csv, List<String> texts, Interval value, int images, long seed) {
        texts.forEach(text -> csv.append(quoted(text)).append(','));
        csv.append(value.point()).append(',');
        csv.append(value.bounded() ? value.low() + "," + value.high() : ",");
        csv.append(',').append(images).append(',').append(seed);
    }

    private static String standing(Standing standing) {
        return Spelling.word(standing.kind()) + "," + standing.chance();
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(letter -> letter == ',' || letter == '"' || letter < ' ');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
