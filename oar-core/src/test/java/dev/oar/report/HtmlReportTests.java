package dev.oar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.image.OrderHeatMap.RankScale;
import dev.oar.image.RgbImage;
import dev.oar.report.FigureTable.Better;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class HtmlReportTests {
    private static final RgbImage IMAGE = new RgbImage(2, 2, new byte[12]);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</title></style></code></pre><script>",
                "&lt;script&gt; &amp; <!-- ]]>",
                "\u0000\u0008\uD800\u202E"
            })
    void noTextBecomesMarkupWhereverItStands(String hostile) throws Exception {
        String html = everything(hostile);
        // Equally long, because long names are cut.
        String harmless = everything("x".repeat(hostile.codePointCount(0, hostile.length())));
        assertThat(elements(html)).isEqualTo(elements(harmless));
        assertThat(html).doesNotContain("<script", "onerror=alert(1)>", "\u0000", "\u202E");
        // A page that is also well-formed XML has no attribute that ends early.
        parse(html);
    }

    @Test
    void thePageLoadsNothingFromElsewhereAndForbidsIt() {
        String html = everything("plain");
        assertThat(html).contains("default-src 'none'; img-src data:");
        assertThat(html).doesNotContain("http:", "https:", "url(", "@import", "<script", "<link", "<iframe");
        Matcher sources = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(html);
        List<String> found = new ArrayList<>();
        while (sources.find()) {
            found.add(sources.group(1));
        }
        assertThat(found).isNotEmpty().allMatch(source -> source.startsWith("data:image/") || source.startsWith("#s"));
    }

    @Test
    void equalContentGivesEqualText() {
        assertThat(everything("plain")).isEqualTo(everything("plain"));
    }

    @Test
    void blocksOfOneTitleStandInOneSection() {
        String html = new HtmlReport("title", "")
                .section("Data", new Paragraph("first"))
                .section("Model", new Paragraph("other"))
                .section("Data", new Paragraph("second"))
                .html();
        assertThat(html.split("<section", -1)).hasSize(3);
        assertThat(html.indexOf("second")).isLessThan(html.indexOf("other"));
    }

    @Test
    void figuresThatAreNotFiniteAreNamedAndBreakNothing() throws Exception {
        List<Figure> odd = List.of(
                Figure.of(Double.NaN),
                Figure.of(Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY),
                Figure.of(1, Double.NaN, Double.NaN));
        FigureTable.Column column = new FigureTable.Column("KID", "", 3, Better.LOWER);
        HtmlReport report = new HtmlReport("t", "")
                .section(
                        "s",
                        new FigureTable("c", "r", List.of(column, column, column), rows("a", odd, "b", odd)),
                        new BarPlot(
                                "b",
                                "v",
                                odd.stream()
                                        .map(figure -> new BarPlot.Bar("", "x", figure))
                                        .toList(),
                                2),
                        LinePlot.of("l", "x", "y", new Series("gaps", new double[] {1, 2, 3}, new double[] {
                            Double.NaN, 1, Double.NEGATIVE_INFINITY
                        })),
                        LinePlot.of("nothing", "x", "y", new Series("empty", new double[0], new double[0])));
        assertThat(report.html()).contains("not a number", "infinite", "not finite", "There are no numbers to show.");
        parse(report.html());
        assertThat(report.html()).doesNotContain("NaN", "Infinity");
    }

    @Test
    void onlyFiguresWhoseIntervalsAreApartFromAllOthersOfTheirGroupAreBold() {
        FigureTable.Column lower = new FigureTable.Column("KID", "", 0, Better.LOWER);
        assertThat(bold(lower, Figure.of(5, 4, 6), Figure.of(9, 8, 10), Figure.of(8, 7, 9)))
                .containsExactly("5");
        assertThat(bold(lower, Figure.of(5, 4, 7), Figure.of(9, 7, 10))).isEmpty();
        assertThat(bold(lower, Figure.of(5), Figure.of(9))).isEmpty();
        assertThat(bold(lower, Figure.of(5, 4, 6))).isEmpty();
        assertThat(bold(lower, Figure.of(5, 4, 6), Figure.absent("broken"))).isEmpty();
        assertThat(bold(
                        new FigureTable.Column("recall", "", 0, Better.HIGHER),
                        Figure.of(5, 4, 6),
                        Figure.of(9, 8, 10),
                        Figure.absent("broken")))
                .containsExactly("9");
        assertThat(bold(new FigureTable.Column("size", "", 0, Better.NEITHER), Figure.of(5, 4, 6), Figure.of(9, 8, 10)))
                .isEmpty();
    }

    @Test
    void figuresOfOtherGroupsAreNoMatterForComparison() {
        FigureTable.Column column = new FigureTable.Column("KID", "", 0, Better.LOWER);
        String html = new FigureTable(
                        "c",
                        "model",
                        List.of(column),
                        List.of(
                                new FigureTable.Row("random", "a", List.of(Figure.of(5, 4, 6))),
                                new FigureTable.Row("random", "b", List.of(Figure.of(9, 8, 10))),
                                new FigureTable.Row("raster", "a", List.of(Figure.of(1, 0, 2)))))
                .html();
        assertThat(bolds(html)).containsExactly("5");
    }

    @Test
    void figuresWithoutAnIntervalSayWhyBesideTheirNumber() {
        FigureTable.Column column = new FigureTable.Column("FD", "", 1, Better.LOWER);
        String html = new FigureTable(
                        "c",
                        "model",
                        List.of(column),
                        List.of(
                                new FigureTable.Row("", "a", List.of(Figure.withoutInterval(5, "by statistics"))),
                                new FigureTable.Row("", "b", List.of(Figure.of(6)))))
                .html();
        assertThat(html).containsPattern("5\\.0</span><sup>a</sup>").containsPattern("6\\.0</span></td>");
        assertThat(html).containsOnlyOnce("<sup>a</sup> by statistics");
    }

    @Test
    void absentFiguresSayWhyOnce() {
        FigureTable.Column column = new FigureTable.Column("bits", "", 2, Better.LOWER);
        Figure absent = Figure.absent("not a code length");
        String html = new FigureTable(
                        "c",
                        "model",
                        List.of(column, column),
                        rows("a", List.of(absent, absent), "b", List.of(absent, absent)))
                .html();
        assertThat(html.split("</sup> not a code length", -1)).hasSize(2);
    }

    @Test
    void tablesWithMissingCellsAreRefused() {
        FigureTable.Column column = new FigureTable.Column("KID", "", 0, Better.LOWER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FigureTable("c", "r", List.of(column), rows("a", List.of(), "b", List.of())))
                .withMessageContaining("\"a\" has 0 figures for 1 columns");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PictureTable(
                        "c", List.of("1", "2"), List.of(new PictureTable.Row("", "a", List.of(List.of())))))
                .withMessageContaining("1 cells for 2 columns");
        assertThatIllegalArgumentException().isThrownBy(() -> Figure.of(1, 3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> Picture.ofGif(new byte[20], 10, "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Series("a", new double[2], new double[3]));
    }

    @Test
    void smallPicturesAreShownAtWholeMultiples() {
        assertThat(Picture.of(IMAGE, 7, "", "").shownWidth()).isEqualTo(6);
        assertThat(Picture.of(IMAGE, 1, "", "").shownWidth()).isEqualTo(1);
    }

    private static List<FigureTable.Row> rows(String a, List<Figure> first, String b, List<Figure> second) {
        return List.of(new FigureTable.Row("", a, first), new FigureTable.Row("", b, second));
    }

    private static List<String> bold(FigureTable.Column column, Figure... figures) {
        List<FigureTable.Row> rows = new ArrayList<>();
        for (Figure figure : figures) {
            rows.add(new FigureTable.Row("", "row " + rows.size(), List.of(figure)));
        }
        return bolds(new FigureTable("c", "model", List.of(column), rows).html());
    }

    private static List<String> bolds(String html) {
        return Pattern.compile("<td class=\"best\"><span class=\"number\">([^<]*)<")
                .matcher(html)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** A report in which the text stands everywhere where a caller can put text. */
    private static String everything(String text) {
        Picture picture = Picture.of(IMAGE, 4, text, text);
        FigureTable.Column column = new FigureTable.Column(text, text, 2, Better.LOWER);
        Series series = new Series(text, new double[] {0, 1}, new double[] {1, 2});
        return new HtmlReport(text, text)
                .opening(new Warning(text), new KeyFacts(List.of(new KeyFacts.Fact(text, text, text))))
                .section(text, new Paragraph(text), new KeyValues(Map.of(text, text)), new Details(text, text))
                .section(
                        "2 " + text,
                        new PictureGrid(text, List.of(picture)),
                        new PictureTable(
                                text,
                                List.of(text),
                                List.of(new PictureTable.Row(text, text, List.of(List.of(picture, picture))))),
                        new FigureTable(
                                text,
                                text,
                                List.of(column, column),
                                List.of(new FigureTable.Row(
                                        text, text, List.of(Figure.absent(text), Figure.of(1, 0, 2))))))
                .section(
                        "3",
                        SideBySide.of(new LinePlot(text, text, text, List.of(series, series), false)),
                        new BarPlot(text, text, List.of(new BarPlot.Bar(text, text, Figure.of(1, 0, 2))), 1),
                        new BarPlot(
                                text,
                                text,
                                List.of(
                                        new BarPlot.Bar(text, text, Figure.absent(text)),
                                        new BarPlot.Bar("", "", Figure.of(3))),
                                1),
                        new RankLegend(new RankScale(0, 63)))
                .provenance(Map.of(text, text))
                .html();
    }

    private static List<String> elements(String html) {
        String body = html.substring(html.indexOf("</style>"));
        return Pattern.compile("</?[a-zA-Z][a-zA-Z0-9]*")
                .matcher(body)
                .results()
                .map(match -> match.group())
                .toList();
    }

    private static void parse(String html) throws Exception {
        String closed = html.replaceFirst("<!DOCTYPE html>", "").replaceAll("<(meta|img)([^>]*)>", "<$1$2/>");
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        builder.parse(new InputSource(new StringReader(closed)));
    }
}
