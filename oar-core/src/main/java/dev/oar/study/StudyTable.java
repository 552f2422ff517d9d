package dev.oar.study;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Every figure of a study as a line of CSV, for those who want to compute with them. */
public final class StudyTable {
    private StudyTable() {}

    /** The lines, below their heading; an end that an interval does not have is left empty. */
    public static String csv(List<SeedResults> seeds) throws IOException {
        StringWriter text = new StringWriter();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setRecordSeparator("\n")
                .setHeader("seed", "arm", "drawing", "metric", "value", "low", "high", "images")
                .get();
        try (CSVPrinter csv = new CSVPrinter(text, format)) {
            for (SeedResults seed : seeds) {
                for (EvaluationFigure figure : seed.report().figures()) {
                    Interval value = figure.value();
                    csv.printRecord(
                            seed.seed(),
                            figure.arm(),
                            figure.drawing(),
                            figure.metric().name(),
                            value.point(),
                            value.bounded() ? value.low() : "",
                            value.bounded() ? value.high() : "",
                            figure.samples());
                }
            }
        }
        return text.toString();
    }
}
