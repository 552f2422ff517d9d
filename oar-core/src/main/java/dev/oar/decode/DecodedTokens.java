package dev.oar.decode;

import dev.oar.order.GenerationOrder;
import java.util.List;

/**
 * What a decoding call filled.
 *
 * @param tokens {@code [batch][cells]}, raster order
 * @param orders the order in which each row's cells were filled, known cells first
 */
public record DecodedTokens(int[][] tokens, List<GenerationOrder> orders) {}
