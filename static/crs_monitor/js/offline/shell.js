// The page that opens without a network: draws what the vault of the last person holds.
import { ready } from "./start.js";

ready.catch(() => null);
