package dev.oar.report;

import dev.oar.image.ColourRamp;
import dev.oar.image.OrderHeatMap.RankScale;
import java.util.Locale;

/**
 * How to read the colours of order maps: earliest brightest.
 *
 * @param scale the ranks of the brightest and the darkest colour; the legend counts steps from 1
 */
public record RankLegend(RankScale scale) implements Block {
    private static final int STOPS = 12;

    @Override
    public String html() {
        StringBuilder colours = new StringBuilder();
        for (int stop = 0; stop <= STOPS; stop++) {
            String colour = String.format(Locale.ROOT, "#%06x", ColourRamp.at(1 - (double) stop / STOPS));
            colours.append(stop == 0 ? "" : ",").append(colour);
        }
        int decimals = scale.latest() - scale.earliest() < 10 ? 1 : 0;
        return "<p class=\"legend\"><span>filled early: step " + Markup.fixed(scale.earliest() + 1, decimals)
                + "</span><span class=\"ramp\" style=\"background:linear-gradient(to right," + colours
                + ")\"></span><span>late: step " + Markup.fixed(scale.latest() + 1, decimals) + "</span></p>\n";
    }
}
