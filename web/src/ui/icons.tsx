import {
  AppstoreOutlined as BareAppstoreOutlined,
  ArrowLeftOutlined as BareArrowLeftOutlined,
  ArrowRightOutlined as BareArrowRightOutlined,
  BarChartOutlined as BareBarChartOutlined,
  BellOutlined as BareBellOutlined,
  BgColorsOutlined as BareBgColorsOutlined,
  CalendarOutlined as BareCalendarOutlined,
  CheckCircleFilled as BareCheckCircleFilled,
  CheckOutlined as BareCheckOutlined,
  ClearOutlined as BareClearOutlined,
  CloseOutlined as BareCloseOutlined,
  ColumnHeightOutlined as BareColumnHeightOutlined,
  ColumnWidthOutlined as BareColumnWidthOutlined,
  CopyOutlined as BareCopyOutlined,
  DeleteOutlined as BareDeleteOutlined,
  DownloadOutlined as BareDownloadOutlined,
  DownOutlined as BareDownOutlined,
  EditOutlined as BareEditOutlined,
  EllipsisOutlined as BareEllipsisOutlined,
  ExpandAltOutlined as BareExpandAltOutlined,
  ExportOutlined as BareExportOutlined,
  EyeInvisibleOutlined as BareEyeInvisibleOutlined,
  EyeOutlined as BareEyeOutlined,
  FileExcelOutlined as BareFileExcelOutlined,
  FilterOutlined as BareFilterOutlined,
  FormOutlined as BareFormOutlined,
  FundOutlined as BareFundOutlined,
  GroupOutlined as BareGroupOutlined,
  HistoryOutlined as BareHistoryOutlined,
  HolderOutlined as BareHolderOutlined,
  IdcardOutlined as BareIdcardOutlined,
  ImportOutlined as BareImportOutlined,
  InboxOutlined as BareInboxOutlined,
  LeftOutlined as BareLeftOutlined,
  LockOutlined as BareLockOutlined,
  MoreOutlined as BareMoreOutlined,
  PartitionOutlined as BarePartitionOutlined,
  PlusOutlined as BarePlusOutlined,
  ProjectOutlined as BareProjectOutlined,
  PushpinOutlined as BarePushpinOutlined,
  RedoOutlined as BareRedoOutlined,
  RightOutlined as BareRightOutlined,
  SearchOutlined as BareSearchOutlined,
  SettingOutlined as BareSettingOutlined,
  SortAscendingOutlined as BareSortAscendingOutlined,
  SortDescendingOutlined as BareSortDescendingOutlined,
  StopOutlined as BareStopOutlined,
  TableOutlined as BareTableOutlined,
  TeamOutlined as BareTeamOutlined,
  UndoOutlined as BareUndoOutlined,
  UnlockOutlined as BareUnlockOutlined,
  UnorderedListOutlined as BareUnorderedListOutlined,
  UserOutlined as BareUserOutlined,
} from '@ant-design/icons';
import type { ComponentProps } from 'react';

type Icon = typeof BareCloseOutlined;

/**
 * The icons of the program. They stand beside a label or in a button that has one: read out by themselves they would
 * put English words such as "filter" before every name.
 */
function silent(Bare: Icon) {
  return (props: ComponentProps<Icon>) => <Bare aria-hidden {...props} />;
}

export const AppstoreOutlined = silent(BareAppstoreOutlined);
export const ArrowLeftOutlined = silent(BareArrowLeftOutlined);
export const ArrowRightOutlined = silent(BareArrowRightOutlined);
export const BarChartOutlined = silent(BareBarChartOutlined);
export const BgColorsOutlined = silent(BareBgColorsOutlined);
export const BellOutlined = silent(BareBellOutlined);
export const CalendarOutlined = silent(BareCalendarOutlined);
export const CheckCircleFilled = silent(BareCheckCircleFilled);
export const CheckOutlined = silent(BareCheckOutlined);
export const ClearOutlined = silent(BareClearOutlined);
export const CloseOutlined = silent(BareCloseOutlined);
export const ColumnHeightOutlined = silent(BareColumnHeightOutlined);
export const ColumnWidthOutlined = silent(BareColumnWidthOutlined);
export const CopyOutlined = silent(BareCopyOutlined);
export const DeleteOutlined = silent(BareDeleteOutlined);
export const DownOutlined = silent(BareDownOutlined);
export const DownloadOutlined = silent(BareDownloadOutlined);
export const EditOutlined = silent(BareEditOutlined);
export const EllipsisOutlined = silent(BareEllipsisOutlined);
export const ExpandAltOutlined = silent(BareExpandAltOutlined);
export const ExportOutlined = silent(BareExportOutlined);
export const EyeInvisibleOutlined = silent(BareEyeInvisibleOutlined);
export const EyeOutlined = silent(BareEyeOutlined);
export const FileExcelOutlined = silent(BareFileExcelOutlined);
export const FilterOutlined = silent(BareFilterOutlined);
export const FormOutlined = silent(BareFormOutlined);
export const FundOutlined = silent(BareFundOutlined);
export const GroupOutlined = silent(BareGroupOutlined);
export const HistoryOutlined = silent(BareHistoryOutlined);
export const HolderOutlined = silent(BareHolderOutlined);
export const IdcardOutlined = silent(BareIdcardOutlined);
export const ImportOutlined = silent(BareImportOutlined);
export const InboxOutlined = silent(BareInboxOutlined);
export const LeftOutlined = silent(BareLeftOutlined);
export const LockOutlined = silent(BareLockOutlined);
export const PartitionOutlined = silent(BarePartitionOutlined);
export const MoreOutlined = silent(BareMoreOutlined);
export const PlusOutlined = silent(BarePlusOutlined);
export const ProjectOutlined = silent(BareProjectOutlined);
export const PushpinOutlined = silent(BarePushpinOutlined);
export const RedoOutlined = silent(BareRedoOutlined);
export const RightOutlined = silent(BareRightOutlined);
export const SearchOutlined = silent(BareSearchOutlined);
export const SettingOutlined = silent(BareSettingOutlined);
export const SortAscendingOutlined = silent(BareSortAscendingOutlined);
export const SortDescendingOutlined = silent(BareSortDescendingOutlined);
export const StopOutlined = silent(BareStopOutlined);
export const TableOutlined = silent(BareTableOutlined);
export const TeamOutlined = silent(BareTeamOutlined);
export const UndoOutlined = silent(BareUndoOutlined);
export const UnorderedListOutlined = silent(BareUnorderedListOutlined);
export const UnlockOutlined = silent(BareUnlockOutlined);
export const UserOutlined = silent(BareUserOutlined);
