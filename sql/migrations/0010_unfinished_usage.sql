-- 0008_unfinished_usage
-- Whether the output count of a response is final, and the characters that the model wrote in it.
ALTER TABLE fact_session_usage ADD COLUMN is_final INTEGER;
ALTER TABLE fact_session_usage ADD COLUMN is_excerpt INTEGER;
ALTER TABLE fact_session_usage ADD COLUMN text_characters INTEGER;
ALTER TABLE fact_session_usage ADD COLUMN thinking_characters INTEGER;
ALTER TABLE fact_session_usage ADD COLUMN tool_input_characters INTEGER;
